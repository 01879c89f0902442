// What an observer is told of a request, and when: of a service whose answers are text, a file or a
// stream.
#include "aws/dispatch.hpp"
#include "aws/fakes_for_test.hpp"
#include "base/random.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

struct Nothings {
  base::MemorySource source{"streamed"};
};

struct Asked {
  std::string key;
};

Asked read_key(const View& in) {
  static_cast<void>(in.take("Bucket"));
  return {.key = in.take("Key").text()};
}

Value get(Nothings& service, Call& call, const Asked& ask) {
  if (ask.key == "none") throw Error("NoSuchKey", "There is none.", 404);
  if (ask.key == "file") {
    call.answer_payload =
        http::FileSlice{.descriptor = -1, .offset = 0, .length = 7, .owner = nullptr};
  } else if (ask.key == "stream") {
    call.answer_payload = http::Streamed{
        .reader = std::make_shared<base::SourceReader>(service.source), .length = std::nullopt};
  } else {
    call.answer_payload = std::string("12345");
  }
  return Map{};
}

constexpr Operation table[] = {operation<read_key, get>("GetObject")};

class Listener final : public Observer {
 public:
  [[nodiscard]] bool wants(const http::Request&, std::string_view) override { return wanting; }
  void tell(const Outcome& outcome) override { told.push_back(outcome); }
  bool wanting = true;
  std::vector<Outcome> told;
};

class OutcomeTest : public ::testing::Test {
 protected:
  OutcomeTest()
      : dispatch(make_dispatch({.models_folder = MILLRACE_MODELS,
                                .observer = ObserverEntry{.model = "s3", .observer = &listener}},
                               {{.model = "s3",
                                 .prefix = "s3",
                                 .service = &service,
                                 .tables = {table},
                                 .errors = {.access_denied_code = "AccessDenied"}}},
                               authority, changes, clock, random, log)) {}

  http::Reply send(const std::string& key) {
    http::Request request{.method = "GET", .target = "/bucket/" + key, .path = "/bucket/" + key};
    request.headers.set("Host", "s3.amazonaws.com");
    const auto exchange = std::make_shared<testing::FakeExchange>(std::move(request), "");
    dispatch->handle(exchange);
    return std::move(exchange->answers.at(0));
  }

  Nothings service;
  Listener listener;
  testing::FakeAuthority authority;
  store::Changes changes;
  base::SystemClock clock;
  base::SeededRandom random{1};
  testing::SilentLog log;
  std::unique_ptr<Dispatch> dispatch;
};

TEST_F(OutcomeTest, IsToldAtOnceOfText) {
  const http::Reply reply = send("text");
  ASSERT_EQ(listener.told.size(), 1U);
  const Outcome& outcome = listener.told.front();
  EXPECT_EQ(outcome.call->operation, "GetObject");
  EXPECT_EQ(outcome.status, 200);
  EXPECT_EQ(outcome.sent, 5U);
  EXPECT_EQ(outcome.signed_by, SignedBy::nothing);
  EXPECT_EQ(outcome.request_id, reply.headers.get("x-amz-request-id"));
  EXPECT_EQ(outcome.host_id, reply.headers.get("x-amz-id-2"));
}

TEST_F(OutcomeTest, IsToldOfRefusals) {
  EXPECT_EQ(send("none").status, 404);
  authority.denied = "s3:GetObject";
  EXPECT_EQ(send("text").status, 403);
  ASSERT_EQ(listener.told.size(), 2U);
  EXPECT_EQ(listener.told[0].error, "NoSuchKey");
  EXPECT_GT(listener.told[0].sent, 0U);
  EXPECT_EQ(listener.told[1].error, "AccessDenied");
}

TEST_F(OutcomeTest, IsToldOfAFileWhenItIsLetGo) {
  {
    const http::Reply reply = send("file");
    EXPECT_TRUE(listener.told.empty());
  }
  ASSERT_EQ(listener.told.size(), 1U);
  EXPECT_EQ(listener.told[0].sent, 7U);
  EXPECT_EQ(listener.told[0].body_length, 7U);
}

TEST_F(OutcomeTest, IsToldHowMuchOfAStreamWasRead) {
  {
    const http::Reply reply = send("stream");
    char bytes[6];
    EXPECT_EQ(std::get<http::Streamed>(reply.body).reader->read(bytes, sizeof bytes), 6U);
    EXPECT_TRUE(listener.told.empty());
  }
  ASSERT_EQ(listener.told.size(), 1U);
  EXPECT_EQ(listener.told[0].sent, 6U);
  EXPECT_EQ(listener.told[0].body_length, std::nullopt);
  EXPECT_GE(listener.told[0].total, listener.told[0].turn);
}

TEST_F(OutcomeTest, TellsNobodyWhoDoesNotWant) {
  listener.wanting = false;
  EXPECT_EQ(send("text").status, 200);
  EXPECT_TRUE(listener.told.empty());
}

}  // namespace
}  // namespace millrace::aws
