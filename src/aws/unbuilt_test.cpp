// Operations that no table has, in every protocol: their input is held to the model first, and who
// is not known has no model read.
#include "aws/dispatch.hpp"
#include "aws/fakes_for_test.hpp"
#include "aws/sigv4.hpp"
#include "base/random.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

using testing::FakeExchange;

struct Answer {
  int status = 0;
  std::string text;  // error type of the head, and body
};

class UnbuiltTest : public ::testing::Test {
 protected:
  explicit UnbuiltTest(bool check_signatures = false)
      : dispatch(
            make_dispatch({.models_folder = MILLRACE_MODELS, .check_signatures = check_signatures},
                          {}, authority, changes, clock, random, log)) {}

  Answer send(http::Request request, const std::string& service, const std::string& body) {
    if (!service.empty()) sign(request, service);
    const auto exchange = std::make_shared<FakeExchange>(std::move(request), body);
    dispatch->handle(exchange);
    EXPECT_EQ(exchange->answers.size(), 1U);
    if (exchange->answers.empty()) return {};
    const http::Reply& reply = exchange->answers.front();
    return {.status = reply.status,
            .text = std::string(reply.headers.get("x-amzn-errortype")) + " " +
                    std::string(reply.headers.get("x-amzn-query-error")) + " " +
                    std::get<std::string>(reply.body)};
  }

  // With a signature that is of nobody.
  void sign(http::Request& request, const std::string& service) {
    const std::string now = base::basic_iso8601(clock.wall());
    request.headers.set("Host", "127.0.0.1:4566");
    request.headers.set("X-Amz-Date", now);
    const std::string target = request.headers.has("x-amz-target") ? ";x-amz-target" : "";
    request.headers.set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDANOTHER/" +
                                             now.substr(0, 8) + "/us-east-1/" + service +
                                             "/aws4_request, SignedHeaders=host;x-amz-date" +
                                             target + ", Signature=none");
  }

  static http::Request form() {
    http::Request request{.method = "POST", .target = "/", .path = "/"};
    request.headers.set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    return request;
  }
  static http::Request json(const std::string& target) {
    http::Request request{.method = "POST", .target = "/", .path = "/"};
    request.headers.set("X-Amz-Target", target);
    request.headers.set("Content-Type", "application/x-amz-json-1.0");
    return request;
  }
  static http::Request cbor(const std::string& path) {
    http::Request request{.method = "POST", .target = path, .path = path};
    request.headers.set("smithy-protocol", "rpc-v2-cbor");
    return request;
  }
  static http::Request plain(const std::string& method, const std::string& path) {
    return {.method = method, .target = path, .path = path};
  }

  testing::FakeAuthority authority;
  store::Changes changes;
  base::SystemClock clock;
  base::SeededRandom random{1};
  testing::SilentLog log;
  std::unique_ptr<Dispatch> dispatch;
};

void expect(const Answer& answer, int status, const std::vector<std::string>& words) {
  EXPECT_EQ(answer.status, status) << answer.text;
  for (const std::string& word : words)
    EXPECT_NE(answer.text.find(word), std::string::npos) << word << " in " << answer.text;
}

TEST_F(UnbuiltTest, Ec2NamesOneParameter) {
  const std::string start = "Action=RunInstances&Version=2016-11-15";
  expect(send(form(), "ec2", start + "&MinCount=1&MaxCount=1"), 501, {"ec2:RunInstances"});
  expect(send(form(), "ec2", start + "&MinCount=1"), 400,
         {"<Code>MissingParameter</Code>", "must contain the parameter MaxCount"});
  expect(send(form(), "ec2", start + "&MinCount=many&MaxCount=1"), 400, {"MalformedInput"});
  expect(send(form(), "ec2", "Action=DescribeRegions&Version=2016-11-15&X=1"), 501, {"X"});
  expect(
      send(form(), "ec2",
           "Action=DescribeInstanceTopology&Version=2016-11-15&InstanceId.1=i&MaxResults=100000"),
      400, {"<Code>InvalidParameterValue</Code>", "maxResults"});
}

TEST_F(UnbuiltTest, FormsHaveTheQueryProtocolsCode) {
  const std::string start = "Action=CreateTopic&Version=2010-03-31";
  expect(send(form(), "sns", start + "&Name=n"), 501, {"sns:CreateTopic"});
  expect(send(form(), "sns", start), 400, {"<Code>ValidationError</Code>", "&apos;name&apos;"});
  expect(send(form(), "sns", start + "&Name=%"), 400, {"<Code>MalformedInput</Code>"});
}

TEST_F(UnbuiltTest, JsonAndCborHaveExceptions) {
  expect(send(json("AmazonSQS.CreateQueue"), "sqs", R"({"QueueName":"q"})"), 501,
         {"sqs:CreateQueue"});
  expect(send(json("AmazonSQS.CreateQueue"), "sqs", "{}"), 400,
         {"ValidationException", "'queueName'"});
  expect(send(json("AmazonSQS.CreateQueue"), "sqs", R"({"QueueName":)"), 400,
         {"SerializationException"});
  const std::string path = "/service/GraniteServiceVersion20100801/operation/DeleteAlarms";
  expect(send(cbor(path), "monitoring", "\xbf\xff"), 400, {"ValidationException"});
  expect(send(cbor(path), "monitoring", "\xff"), 400, {"SerializationException"});
  expect(send(cbor("/service/Nonsense/operation/X"), "monitoring", "\xbf\xff"), 400,
         {"UnknownOperationException"});
  expect(send(cbor("/elsewhere"), "monitoring", ""), 400, {"UnknownOperationException"});
}

TEST_F(UnbuiltTest, RestHasBoth) {
  expect(send(plain("POST", "/2015-03-31/functions"), "lambda", "{}"), 400,
         {"ValidationException", "'functionName'"});
  expect(send(plain("POST", "/2015-03-31/functions"), "lambda", "{"), 400,
         {"SerializationException"});
  expect(send(plain("GET", "/2015-03-31/functions"), "lambda", ""), 501, {"lambda:ListFunctions"});
  expect(send(plain("POST", "/2013-04-01/hostedzone"), "route53", "<a"), 400, {"MalformedInput"});
  expect(send(plain("POST", "/2013-04-01/hostedzone"), "route53",
              "<CreateHostedZoneRequest xmlns=\"x\"><Name>n</Name></CreateHostedZoneRequest>"),
         400, {"<Code>ValidationError</Code>", "&apos;callerReference&apos;"});
  expect(send(plain("PUT", "/bucket"), "s3", ""), 501, {"s3:CreateBucket"});
  expect(send(plain("BREW", "/bucket"), "s3", ""), 405, {"MethodNotAllowed"});
  expect(send(plain("GET", "/nowhere"), "lambda", ""), 404, {"UnknownOperationException"});
}

TEST_F(UnbuiltTest, ASearchByPostHasItsQueryInTheBody) {
  http::Request request = form();
  request.target = request.path = "/2013-01-01/search";
  expect(send(request, "cloudsearch", "q=star&size=2"), 501, {"cloudsearchdomain:Search"});
  expect(send(request, "cloudsearch", "size=2"), 400, {"'query'"});
  expect(send(request, "cloudsearch", "q=%"), 400, {"SerializationException"});
}

TEST_F(UnbuiltTest, AServiceThatNobodyKnowsIsNamed) {
  expect(send(plain("GET", "/"), "nonsense", ""), 501, {"nonsense"});
  expect(send(json("X.Y"), "nonsense", "{}"), 501, {"nonsense"});
}

class StrangerTest : public UnbuiltTest {
 protected:
  StrangerTest() : UnbuiltTest(true) {}
};

TEST_F(StrangerTest, IsRefusedInTheServicesForm) {
  expect(send(form(), "ec2", "Action=RunInstances&Version=2016-11-15"), 401,
         {"<Response><Errors>", "AuthFailure"});
  expect(send(form(), "sns", "Action=ListTopics&Version=2010-03-31"), 403,
         {"<ErrorResponse", "InvalidClientTokenId"});
  expect(send(plain("GET", "/2015-03-31/functions"), "lambda", ""), 403,
         {"UnrecognizedClientException"});
  expect(send(plain("GET", "/2013-04-01/hostedzone"), "route53", ""), 403,
         {"<ErrorResponse", "InvalidClientTokenId"});
  expect(send(plain("GET", "/bucket"), "s3", ""), 403, {"<Error><Code>InvalidAccessKeyId</Code>"});
  http::Request queue = json("AmazonSQS.ListQueues");
  queue.headers.set("x-amzn-query-mode", "true");
  expect(send(queue, "sqs", "{}"), 400, {"UnrecognizedClientException;Sender"});
  expect(send(plain("GET", "/"), "nonsense", ""), 403, {"InvalidAccessKeyId"});
}

TEST_F(StrangerTest, WithoutASignatureIsToldThatItIsMissing) {
  expect(send(form(), "", "Action=RunInstances&Version=2016-11-15"), 403,
         {"MissingAuthenticationToken"});
  expect(send(json("AmazonSQS.ListQueues"), "", "{}"), 400,
         {"MissingAuthenticationTokenException"});
  expect(send(cbor("/service/GraniteServiceVersion20100801/operation/DeleteAlarms"), "", ""), 400,
         {"MissingAuthenticationTokenException"});
  http::Request at_host = plain("GET", "/2015-03-31/functions");
  at_host.headers.set("Host", "lambda.us-east-1.amazonaws.com");
  expect(send(at_host, "", ""), 403, {"MissingAuthenticationTokenException"});
}

TEST_F(StrangerTest, MayAskForWhatNeedsNoSignature) {
  const std::string target = "AWSCognitoIdentityProviderService.";
  expect(send(json(target + "ForgotPassword"), "", R"({"ClientId":"c","Username":"u"})"), 501,
         {"cognito-idp:ForgotPassword"});
  expect(send(json(target + "ForgotPassword"), "", "{}"), 400, {"'clientId'"});
  expect(send(json(target + "CreateUserPool"), "", "{}"), 400,
         {"MissingAuthenticationTokenException"});
  http::Request spaces = plain("POST", "/v1/spaces");
  spaces.headers.set("Authorization", "Bearer token");
  expect(send(spaces, "", "{}"), 501, {"codecatalyst:ListSpaces"});
}

}  // namespace
}  // namespace millrace::aws
