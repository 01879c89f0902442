// What no model has, with a service of a few lines that takes uploads in a way of its own.
#include "aws/dispatch.hpp"
#include "aws/fakes_for_test.hpp"
#include "aws/sigv2.hpp"
#include "base/random.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

struct Store {
  std::string body;
};

struct Key {
  std::string key;
};

Key read_key(const View& in) {
  static_cast<void>(in.take("Bucket"));
  return {.key = in.take("Key").text()};
}

Value put(Store& store, Call& call, const Key& ask) {
  store.body = ask.key + "=" + base::read_all(call.body(), 1024);
  return Map{{"ETag", "\"tag\""}};
}

bool is_upload(const http::Request& head) { return head.headers.has("x-upload"); }

std::optional<Value> upload(void*, Call& call, BesideSteps& steps) {
  const http::Headers& headers = call.request.headers;
  if (headers.has("x-proof")) {
    FormProof proof;
    proof.text = "text";
    proof.access_key_id = "AKIDEXAMPLE";
    proof.signature = headers.get("x-proof");
    EXPECT_GT(base::epoch_seconds(steps.sign_in(proof)), 0);
  }
  http::Request head{.method = "PUT", .target = "/bucket/key", .path = "/bucket/key"};
  head.headers.set("Host", "s3.amazonaws.com");
  const base::MemorySource source("[" + base::read_all(call.body(), 1024) + "]");
  base::SourceReader reader(source);
  Value answer = steps.perform(head, &reader);
  if (headers.get("x-upload") == "plain") {
    call.answer_status = 201;
    call.answer_payload = answer.find("ETag")->text();
    return std::nullopt;
  }
  return answer;
}

void dress(void*, const http::Request& head, http::Headers& answer) {
  if (head.headers.has("origin")) answer.set("X-Dress", "yes");
}

constexpr Operation table[] = {operation<read_key, put>("PutObject")};
constexpr Beside beside[] = {{"Upload", is_upload, upload}};

class BesideTest : public ::testing::Test {
 protected:
  BesideTest()
      : dispatch(make_dispatch({.models_folder = MILLRACE_MODELS, .beside = {entry()}},
                               {{.model = "s3",
                                 .prefix = "s3",
                                 .service = &store,
                                 .tables = {table},
                                 .errors = {.access_denied_code = "AccessDenied"}}},
                               authority, changes, clock, random, log)) {}

  BesideEntry entry() {
    return {.model = "s3", .service = &store, .beside = beside, .dress = dress};
  }

  http::Reply send(const std::vector<std::pair<std::string, std::string>>& headers) {
    http::Request request{.method = "POST", .target = "/bucket", .path = "/bucket"};
    for (const auto& [name, value] : headers) request.headers.set(name, value);
    const auto exchange = std::make_shared<testing::FakeExchange>(std::move(request), "bytes");
    dispatch->handle(exchange);
    return exchange->answers.empty() ? http::Reply{.status = 0}
                                     : std::move(exchange->answers.front());
  }

  static std::string body_of(const http::Reply& reply) { return std::get<std::string>(reply.body); }

  Store store;
  testing::FakeAuthority authority;
  store::Changes changes;
  base::SystemClock clock;
  base::SeededRandom random{1};
  testing::SilentLog log;
  std::unique_ptr<Dispatch> dispatch;
};

TEST_F(BesideTest, PerformsAnOperationForNobody) {
  const http::Reply reply = send({{"x-upload", "plain"}, {"Origin", "http://a.org"}});
  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(body_of(reply), "\"tag\"");
  EXPECT_TRUE(reply.headers.has("x-amz-request-id"));
  EXPECT_EQ(reply.headers.get("X-Dress"), "yes");
  EXPECT_EQ(store.body, "key=[bytes]");
  ASSERT_EQ(authority.asked.size(), 1U);
  EXPECT_EQ(authority.asked[0].action, "s3:PutObject");
  EXPECT_TRUE(authority.asked[0].principal.account.empty());
}

TEST_F(BesideTest, MayAnswerAsThatOperationDoes) {
  const http::Reply reply = send({{"x-upload", "same"}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.get("ETag"), "\"tag\"");
  EXPECT_FALSE(reply.headers.has("X-Dress"));
}

TEST_F(BesideTest, AsksForWhoSignedTheForm) {
  EXPECT_EQ(send({{"x-upload", "plain"}, {"x-proof", old_sign("secret", "text")}}).status, 201);
  ASSERT_EQ(authority.asked.size(), 1U);
  EXPECT_EQ(authority.asked[0].principal.name, "someone");
  const http::Reply refused = send({{"x-upload", "plain"}, {"x-proof", "wrong"}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_NE(body_of(refused).find("<Code>SignatureDoesNotMatch</Code>"), std::string::npos);
}

TEST_F(BesideTest, RefusesWhatTheDecisionRefuses) {
  authority.denied = "s3:PutObject";
  const http::Reply reply = send({{"x-upload", "plain"}, {"Origin", "http://a.org"}});
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.headers.get("X-Dress"), "yes");
  EXPECT_EQ(store.body, "");
}

TEST_F(BesideTest, DressesRefusalsOfThoseWhomNobodyKnows) {
  const http::Reply reply = send({{"Origin", "http://a.org"}});
  EXPECT_GE(reply.status, 400);
  EXPECT_EQ(reply.headers.get("X-Dress"), "yes");
}

}  // namespace
}  // namespace millrace::aws
