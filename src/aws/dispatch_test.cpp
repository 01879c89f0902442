// A request's life on real models with a service of a few lines: each step's refusal, and that
// nothing happens after it.
#include "aws/dispatch.hpp"

#include "aws/authentication.hpp"
#include "aws/authorization_message.hpp"
#include "aws/bad_input.hpp"
#include "aws/fakes_for_test.hpp"
#include "base/hash.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/testing/memory_files.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

using testing::FakeExchange;

struct Jobs {
  int acts = 0;
  std::string status = "InProgress";
  std::string body;
};

struct Name {
  std::string name;
};

Name read_name(const View& in) { return {.name = in.take("TrainingJobName").text()}; }

Value stop(Jobs& jobs, const Call&, const Name& ask) {
  ++jobs.acts;
  if (ask.name == "gone") throw Error("ResourceNotFound", "Requested resource not found.");
  if (ask.name == "bug") throw std::runtime_error("a bug");
  return Map{};
}

Value describe(Jobs& jobs, const Call& call, const Name& ask) {
  ++jobs.acts;
  return Map{
      {"TrainingJobName", ask.name},
      {"TrainingJobArn", "arn:aws:sagemaker:us-east-1:123456789012:training-job/" + ask.name},
      {"TrainingJobStatus", jobs.status},
      {"SecondaryStatus", jobs.status == "InProgress" ? "Training" : jobs.status},
      {"AlgorithmSpecification", Map{{"TrainingInputMode", "File"}}},
      {"ResourceConfig", Map{{"VolumeSizeInGB", 1}}},
      {"StoppingCondition", Map{}},
      {"CreationTime", base::Timestamp(base::Milliseconds(1'700'000'000'123))},
      {"ModelArtifacts", Map{{"S3ModelArtifacts", "s3://b/" + call.account}}}};
}

std::optional<Transition> while_in_progress(const Call&, const Value& answer) {
  if (answer.find("TrainingJobStatus")->text() != "InProgress") return std::nullopt;
  return Transition{.arn = answer.find("TrainingJobArn")->text(), .status = "InProgress"};
}

struct Tags {
  std::vector<std::string> names;
};

Tags read_tags(const View& in) {
  static_cast<void>(in.inert("ResourceArn", "only for this test"));
  Tags tags;
  for (const View& tag : in.take("Tags").views()) tags.names.push_back(tag.take("Key").text());
  return tags;
}

Value add_tags(Jobs& jobs, const Call&, const Tags&) {
  ++jobs.acts;
  return Map{};
}

Value put_object(Jobs& jobs, Call& call, const Name&) {
  jobs.body = base::read_all(call.body(), 1024);
  ++jobs.acts;
  return Map{{"ETag", "\"tag\""}};
}

Name read_key(const View& in) {
  static_cast<void>(in.take("Bucket"));
  return {.name = in.take("Key").text()};
}

Value who(Jobs&, const Call& call, const Nothing&) {
  return Map{{"Account", call.account}, {"Arn", call.principal.arn}, {"UserId", "AIDA"}};
}

Value add_regions(Jobs& jobs, const Call&, const Nothing&) {
  ++jobs.acts;
  return Map{};
}

constexpr Operation sagemaker_table[] = {
    operation<read_tags, add_tags>("AddTags"),
    operation<read_name, describe>("DescribeTrainingJob", {.in_transition = while_in_progress}),
    operation<read_name, stop>("StopTrainingJob"),
};
constexpr Operation s3_table[] = {operation<read_key, put_object>("PutObject")};
constexpr Operation ec2_table[] = {operation<read_nothing, add_regions>("DescribeRegions")};
constexpr Operation sts_table[] = {operation<read_nothing, who>("GetCallerIdentity")};

class DispatchTest : public ::testing::Test {
 protected:
  explicit DispatchTest(const DispatchOptions& options = {}) {
    DispatchOptions own = options;
    own.models_folder = MILLRACE_MODELS;
    const std::vector<ServiceEntry> services = {{.model = "sagemaker",
                                                 .prefix = "sagemaker",
                                                 .service = &jobs,
                                                 .tables = {sagemaker_table}},
                                                {.model = "s3",
                                                 .prefix = "s3",
                                                 .service = &jobs,
                                                 .tables = {s3_table},
                                                 .errors = {.access_denied_code = "AccessDenied"}},
                                                {.model = "ec2",
                                                 .prefix = "ec2",
                                                 .service = &jobs,
                                                 .tables = {ec2_table},
                                                 .errors = common_errors(Protocol::ec2)},
                                                {.model = "sts",
                                                 .prefix = "sts",
                                                 .service = &jobs,
                                                 .tables = {sts_table},
                                                 .errors = {.invalid_code = "ValidationError"}}};
    dispatch = make_dispatch(own, services, authority, changes, clock, random, log);
  }

  http::Request signed_request(http::Request request, const std::string& service,
                               const std::string& body) {
    Signature signature{.access_key_id = "AKIDEXAMPLE", .signed_headers = {"host", "x-amz-date"}};
    signature.timestamp = base::basic_iso8601(clock.wall());
    signature.scope = {signature.timestamp.substr(0, 8), "us-east-1", service};
    request.headers.set("Host", "127.0.0.1:4566");
    request.headers.set("X-Amz-Date", signature.timestamp);
    for (const char* name : {"x-amz-content-sha256", "x-amz-target"}) {
      if (request.headers.has(name)) signature.signed_headers.push_back(name);
    }
    std::sort(signature.signed_headers.begin(), signature.signed_headers.end());
    const std::string* said = request.headers.find("x-amz-content-sha256");
    const PathStyle style = service == "s3" ? PathStyle::as_sent : PathStyle::normalised;
    const std::string canonical =
        canonical_request(request, signature, style, said ? *said : base::sha256_hex(body));
    const std::string sum =
        sign(signing_key("secret", signature.scope), string_to_sign(signature, canonical));
    std::string names;
    for (const std::string& name : signature.signed_headers)
      names += (names.empty() ? "" : ";") + name;
    request.headers.set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" +
                                             signature.scope.text() + ", SignedHeaders=" + names +
                                             ", Signature=" + sum);
    return request;
  }

  std::shared_ptr<FakeExchange> send(http::Request request, const std::string& body) {
    auto exchange = std::make_shared<FakeExchange>(std::move(request), body);
    dispatch->handle(exchange);
    sent.push_back(exchange);
    return exchange;
  }

  // A timer holds its request, which holds its exchange.
  void TearDown() override {
    for (const auto& exchange : sent) exchange->timers.clear();
  }

  static http::Request json_request(const std::string& operation) {
    http::Request request{.method = "POST", .target = "/", .path = "/"};
    request.headers.set("X-Amz-Target", "SageMaker." + operation);
    request.headers.set("Content-Type", "application/x-amz-json-1.1");
    return request;
  }

  std::shared_ptr<FakeExchange> sagemaker(const std::string& operation, const std::string& body,
                                          const std::string& user_agent = "test") {
    http::Request request = json_request(operation);
    request.headers.set("User-Agent", user_agent);
    return send(signed_request(std::move(request), "sagemaker", body), body);
  }

  static std::string body_of(const FakeExchange& exchange) {
    return exchange.answers.empty() ? "no answer"
                                    : std::get<std::string>(exchange.answers.front().body);
  }
  static std::string code_of(const FakeExchange& exchange) {
    return base::parse_json(body_of(exchange)).find("__type")->text();
  }
  static std::string message_of(const FakeExchange& exchange) {
    return base::parse_json(body_of(exchange)).find("message")->text();
  }

  Jobs jobs;
  testing::FakeAuthority authority;
  store::Changes changes;
  base::SystemClock clock;
  base::SeededRandom random{1};
  testing::SilentLog log;
  std::unique_ptr<Dispatch> dispatch;
  std::vector<std::shared_ptr<FakeExchange>> sent;
};

TEST_F(DispatchTest, AnswersAndNamesTheRequest) {
  const auto exchange = sagemaker("StopTrainingJob", R"({"TrainingJobName":"a"})");
  ASSERT_EQ(exchange->answers.size(), 1U);
  EXPECT_EQ(exchange->answers[0].status, 200);
  EXPECT_TRUE(exchange->answers[0].headers.has("x-amzn-RequestId"));
  EXPECT_EQ(jobs.acts, 1);
  ASSERT_EQ(authority.asked.size(), 1U);
  EXPECT_EQ(authority.asked[0].action, "sagemaker:StopTrainingJob");
  EXPECT_EQ(authority.asked[0].principal.name, "someone");
  EXPECT_EQ(authority.region, std::vector<std::string>{"us-east-1"});
}

TEST_F(DispatchTest, RefusesBadInputInAwsWords) {
  EXPECT_EQ(message_of(*sagemaker("StopTrainingJob", R"({"TrainingJobName":"a_b"})")),
            "1 validation error detected: Value 'a_b' at 'trainingJobName' failed to satisfy "
            "constraint: Member must "
            "satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}");
  EXPECT_EQ(message_of(*sagemaker("StopTrainingJob", "{}")),
            "1 validation error detected: Value null at 'trainingJobName' failed to satisfy "
            "constraint: Member must not "
            "be null");
  EXPECT_EQ(code_of(*sagemaker("StopTrainingJob", R"({"TrainingJobName":1})")),
            "SerializationException");
  EXPECT_EQ(code_of(*sagemaker("StopTrainingJob", R"({"TrainingJobName":)")),
            "SerializationException");
  EXPECT_EQ(code_of(*sagemaker("StopTrainingJob", R"([])")), "SerializationException");
  EXPECT_EQ(jobs.acts, 0);
}

TEST_F(DispatchTest, RefusesByNameWhatReadDidNotTake) {
  const auto left = sagemaker(
      "AddTags",
      R"({"ResourceArn":"arn:aws:sagemaker:us-east-1:123456789012:training-job/a","Tags":[{"Key":"k","Value":"v"}]})");
  EXPECT_EQ(left->answers[0].status, 501);
  EXPECT_EQ(code_of(*left), "NotImplemented");
  EXPECT_EQ(message_of(*left), "AddTags: Millrace does not implement Tags[0].Value.");
  const auto unknown = sagemaker("StopTrainingJob", R"({"TrainingJobName":"a","Nonsense":1})");
  EXPECT_EQ(unknown->answers[0].status, 501);
  EXPECT_EQ(message_of(*unknown),
            "StopTrainingJob: the service's model has no such member: Nonsense.");
  const auto not_built = sagemaker("ListApps", "{}");
  EXPECT_EQ(message_of(*not_built), "Millrace does not implement sagemaker:ListApps.");
  EXPECT_EQ(code_of(*sagemaker("NoSuchThing", "{}")), "UnknownOperationException");
  EXPECT_EQ(jobs.acts, 0);
}

TEST_F(DispatchTest, MapsWhatActThrows) {
  const auto gone = sagemaker("StopTrainingJob", R"({"TrainingJobName":"gone"})");
  EXPECT_EQ(gone->answers[0].status, 400);
  EXPECT_EQ(code_of(*gone), "ResourceNotFound");
  const auto bug = sagemaker("StopTrainingJob", R"({"TrainingJobName":"bug"})");
  EXPECT_EQ(bug->answers[0].status, 500);
  EXPECT_EQ(code_of(*bug), "InternalFailure");
  authority.denied = "sagemaker:StopTrainingJob";
  EXPECT_EQ(code_of(*sagemaker("StopTrainingJob", R"({"TrainingJobName":"a"})")),
            "AccessDeniedException");
}

TEST_F(DispatchTest, RefusesUnsignedAndChangedRequests) {
  const std::string body = R"({"TrainingJobName":"a"})";
  EXPECT_EQ(code_of(*send(json_request("StopTrainingJob"), body)),
            "MissingAuthenticationTokenException");
  const http::Request request = signed_request(json_request("StopTrainingJob"), "sagemaker", body);
  EXPECT_EQ(code_of(*send(request, R"({"TrainingJobName":"b"})")), "InvalidSignatureException");
  http::Request other_key = request;
  std::string authorization(request.headers.get("authorization"));
  authorization.replace(authorization.find("AKIDEXAMPLE"), 11, "AKIDANOTHER");
  other_key.headers.set("Authorization", authorization);
  EXPECT_EQ(code_of(*send(other_key, body)), "UnrecognizedClientException");
  EXPECT_EQ(jobs.acts, 0);
}

TEST_F(DispatchTest, ShedsWhenTheWorkersAreFull) {
  const std::string body = R"({"TrainingJobName":"a"})";
  auto exchange = std::make_shared<FakeExchange>(
      signed_request(json_request("StopTrainingJob"), "sagemaker", body), body);
  exchange->is_full = true;
  dispatch->handle(exchange);
  EXPECT_EQ(code_of(*exchange), "ThrottlingException");
}

TEST_F(DispatchTest, SpeaksTheQueryProtocol) {
  const std::string body = "Action=GetCallerIdentity&Version=2011-06-15";
  http::Request request{.method = "POST", .target = "/", .path = "/"};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  const auto exchange = send(signed_request(request, "sts", body), body);
  EXPECT_NE(body_of(*exchange).find(
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
                "<GetCallerIdentityResult><Account>123456789012</Account>"),
            std::string::npos)
      << body_of(*exchange);
  const std::string unknown = "Action=Nonsense&Version=2011-06-15";
  EXPECT_NE(body_of(*send(signed_request(request, "sts", unknown), unknown))
                .find("<Code>InvalidAction</Code>"),
            std::string::npos);
}

TEST_F(DispatchTest, AuthorisesAnObjectBeforeItsBody) {
  http::Request request{.method = "PUT", .target = "/bucket/key", .path = "/bucket/key"};
  request.headers.set("x-amz-content-sha256", base::sha256_hex("hello"));
  const http::Request signed_one = signed_request(request, "s3", "hello");
  EXPECT_EQ(send(signed_one, "hello")->answers[0].status, 200);
  EXPECT_EQ(jobs.body, "hello");
  const auto changed = send(signed_one, "jello");
  EXPECT_EQ(changed->answers[0].status, 400);
  EXPECT_NE(body_of(*changed).find("<Code>XAmzContentSHA256Mismatch</Code>"), std::string::npos);
  authority.denied = "s3:PutObject";
  const auto denied = send(signed_one, "hello");
  EXPECT_EQ(denied->answers[0].status, 403);
  EXPECT_NE(body_of(*denied).find("<Code>AccessDenied</Code>"), std::string::npos);
  EXPECT_EQ(jobs.acts, 1);
}

constexpr std::string_view waiter_agent =
    "Boto3/1.44.5 md/Botocore#1.44.5 m/A,B,Z cfg/retry-mode#legacy";
constexpr std::string_view job_arn = "arn:aws:sagemaker:us-east-1:123456789012:training-job/a";

TEST_F(DispatchTest, HoldsAWaitersDescribeUntilTheTransitionEnds) {
  const auto exchange =
      sagemaker("DescribeTrainingJob", R"({"TrainingJobName":"a"})", std::string(waiter_agent));
  ASSERT_EQ(exchange->timers.size(), 1U);
  EXPECT_EQ(exchange->timers[0].first, base::Milliseconds(50'000));
  changes.announce(job_arn);
  EXPECT_TRUE(exchange->answers.empty());
  jobs.status = "Completed";
  changes.announce(job_arn);
  ASSERT_EQ(exchange->answers.size(), 1U);
  EXPECT_EQ(base::parse_json(body_of(*exchange)).find("TrainingJobStatus")->text(), "Completed");
  exchange->timers[0].second();
  EXPECT_EQ(exchange->answers.size(), 1U);
}

TEST_F(DispatchTest, AnswersAHeldDescribeWhenItsTimeIsUp) {
  const auto exchange = sagemaker("DescribeTrainingJob", R"({"TrainingJobName":"a"})");
  ASSERT_EQ(exchange->timers.size(), 1U);
  EXPECT_EQ(exchange->timers[0].first, base::Milliseconds(250));
  EXPECT_TRUE(exchange->answers.empty());
  exchange->timers[0].second();
  ASSERT_EQ(exchange->answers.size(), 1U);
  EXPECT_NE(body_of(*exchange).find("\"CreationTime\":1700000000.123"), std::string::npos);
}

TEST_F(DispatchTest, DoesNotHoldWhatIsAtRest) {
  jobs.status = "Completed";
  EXPECT_EQ(
      sagemaker("DescribeTrainingJob", R"({"TrainingJobName":"a"})", std::string(waiter_agent))
          ->answers.size(),
      1U);
}

class UncheckedDispatchTest : public DispatchTest {
 protected:
  UncheckedDispatchTest()
      : DispatchTest({.check_signatures = false, .ignore_unknown_members = true}) {}
};

TEST_F(UncheckedDispatchTest, AKeyOfTwelveDigitsNamesItsAccount) {
  const std::string body = "Action=GetCallerIdentity&Version=2011-06-15";
  http::Request request{.method = "POST", .target = "/", .path = "/"};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request = signed_request(request, "sts", "another body");
  std::string authorization(request.headers.get("authorization"));
  authorization.replace(authorization.find("AKIDEXAMPLE"), 11, "999999999999");
  request.headers.set("Authorization", authorization);
  EXPECT_NE(body_of(*send(request, body)).find("<Account>999999999999</Account>"),
            std::string::npos);
  EXPECT_TRUE(authority.asked.empty());
}

TEST_F(UncheckedDispatchTest, UnknownMembersMayBeIgnored) {
  EXPECT_EQ(
      sagemaker("StopTrainingJob", R"({"TrainingJobName":"a","Nonsense":1})")->answers[0].status,
      200);
}

// With all that dispatch may be handed.
class RecordedDispatchTest : public DispatchTest {
 protected:
  RecordedDispatchTest() : DispatchTest(options()) {}
  DispatchOptions options() {
    DispatchOptions chosen;
    chosen.trail = &trail;
    chosen.vault = &vault;
    chosen.rates = parse_rates("sagemaker:AddTags=0.001/2");
    return chosen;
  }
  static std::string id_of(const FakeExchange& exchange) {
    return std::string(exchange.answers.at(0).headers.get("x-amzn-RequestId"));
  }

  Trail trail{clock, log};
  base::testing::MemoryFiles files;
  base::SeededRandom chance{2};
  identity::Vault vault{files, chance, "/v"};
};

TEST_F(RecordedDispatchTest, RemembersWhatWasAllowedAndRefused) {
  const auto well = sagemaker("StopTrainingJob", R"({"TrainingJobName":"a"})");
  const auto one = trail.find(id_of(*well));
  ASSERT_TRUE(one);
  EXPECT_EQ(one->operation, "sagemaker:StopTrainingJob");
  EXPECT_EQ(one->principal, "arn:aws:iam::123456789012:user/someone");
  EXPECT_EQ(one->access_key_id, "AKIDEXAMPLE");
  EXPECT_EQ(one->allowed,
            (std::vector<Use>{{.action = "sagemaker:StopTrainingJob", .resource = "*"}}));
  authority.denied = "sagemaker:StopTrainingJob";
  const auto denied = sagemaker("StopTrainingJob", R"({"TrainingJobName":"a"})");
  const auto other = trail.find(id_of(*denied));
  ASSERT_TRUE(other);
  EXPECT_EQ(other->error, "AccessDeniedException");
  ASSERT_EQ(other->denied.size(), 1U);
  EXPECT_EQ(other->denied[0].question.principal.name, "someone");
  EXPECT_EQ(other->denied[0].question.further, nullptr);
  EXPECT_EQ(other->denied[0].question.conditions.at("aws:RequestedRegion"),
            std::vector<std::string>{"us-east-1"});
}

TEST_F(RecordedDispatchTest, RefusesWhatIsOverItsRate) {
  const std::string body =
      R"({"ResourceArn":"arn:aws:sagemaker:us-east-1:123456789012:training-job/a","Tags":[{"Key":"k","Value":""}]})";
  EXPECT_EQ(code_of(*sagemaker("AddTags", body)), "NotImplemented");
  EXPECT_EQ(code_of(*sagemaker("AddTags", body)), "NotImplemented");
  const auto third = sagemaker("AddTags", body);
  EXPECT_EQ(code_of(*third), "ThrottlingException");
  EXPECT_EQ(message_of(*third), "Rate exceeded");
  EXPECT_EQ(third->answers[0].status, 400);
  EXPECT_EQ(sagemaker("StopTrainingJob", R"({"TrainingJobName":"a"})")->answers[0].status, 200);
}

TEST_F(RecordedDispatchTest, EncodesWhyEc2Refuses) {
  authority.denied = "ec2:DescribeRegions";
  const std::string body = "Action=DescribeRegions&Version=2016-11-15";
  http::Request request{.method = "POST", .target = "/", .path = "/"};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
  const auto refused = send(signed_request(request, "ec2", body), body);
  EXPECT_EQ(refused->answers[0].status, 403);
  const std::string text = body_of(*refused);
  EXPECT_NE(
      text.find("<Code>UnauthorizedOperation</Code><Message>You are not authorized to perform "
                "this operation. User: "),
      std::string::npos)
      << text;
  constexpr std::string_view label = "Encoded authorization failure message: ";
  const std::size_t from = text.find(label) + label.size();
  const std::string encoded = text.substr(from, text.find('<', from) - from);
  const auto decoded = decoded_message(vault, "123456789012", encoded);
  ASSERT_TRUE(decoded) << encoded;
  EXPECT_EQ(base::parse_json(*decoded).find("context")->find("action")->text(),
            "ec2:DescribeRegions");
  EXPECT_EQ(jobs.acts, 0);
}

class SecureDispatchTest : public DispatchTest {
 protected:
  SecureDispatchTest() : DispatchTest({.tls_only = true}) {}
};

TEST_F(SecureDispatchTest, TakesNothingByPlainHttp) {
  const std::string body = R"({"TrainingJobName":"a"})";
  http::Request request = signed_request(json_request("StopTrainingJob"), "sagemaker", body);
  const auto plain = send(request, body);
  EXPECT_EQ(plain->answers[0].status, 403);
  EXPECT_EQ(code_of(*plain), "AccessDeniedException");
  EXPECT_EQ(jobs.acts, 0);
  request.tls = true;
  EXPECT_EQ(send(request, body)->answers[0].status, 200);
}

TEST_F(DispatchTest, CoverageListsWhatEachReadDoes) {
  const std::string page = coverage_page(MILLRACE_MODELS, {{.model = "sagemaker",
                                                            .prefix = "sagemaker",
                                                            .service = &jobs,
                                                            .tables = {sagemaker_table}}});
  EXPECT_NE(page.find("### AddTags\n\n- taken: Tags, Tags[].Key\n- without effect: ResourceArn "
                      "(only for this test)\n"
                      "- refused: Tags[0].Value\n"),
            std::string::npos)
      << page;
}

}  // namespace
}  // namespace millrace::aws
