// Event streams through dispatch on real models: signed events in, events and their errors out, and
// what travels beside a stream in an RPC protocol.
#include "aws/event_stream.hpp"

#include "aws/dispatch.hpp"
#include "aws/fakes_for_test.hpp"
#include "aws/sigv4.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/random.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <functional>

namespace millrace::aws {
namespace {

using testing::FakeExchange;

// What is answered, one by one; then what `fail` throws, if anything.
class Prepared final : public Events {
 public:
  Prepared(std::deque<Value> events, std::function<void()> fail)
      : events_(std::move(events)), fail_(std::move(fail)) {}
  std::optional<Value> next() override {
    if (!events_.empty()) {
      Value event = std::move(events_.front());
      events_.pop_front();
      return event;
    }
    if (fail_) fail_();
    return std::nullopt;
  }

 private:
  std::deque<Value> events_;
  std::function<void()> fail_;
};

struct Service {
  std::vector<Value> heard;
  std::deque<Value> answers;
  std::function<void()> fail;
  std::string consumer;
};

struct Conversation {
  std::string bot;
};

Conversation read_conversation(const View& in) {
  for (const char* name : {"botAliasId", "localeId", "sessionId"}) static_cast<void>(in.take(name));
  return {.bot = in.take("botId").text()};
}

Value converse(Service& service, Call& call, const Conversation&) {
  while (auto event = call.events().next()) service.heard.push_back(std::move(*event));
  call.answer_payload = std::make_shared<Prepared>(service.answers, service.fail);
  return Map{};
}

struct Subscription {
  std::string consumer;
};

Subscription read_subscription(const View& in) {
  static_cast<void>(in.take("ShardId"));
  static_cast<void>(in.take("StartingPosition").whole());
  return {.consumer = in.take("ConsumerARN").text()};
}

Value subscribe(Service& service, Call& call, const Subscription& ask) {
  service.consumer = ask.consumer;
  call.answer_payload = std::make_shared<Prepared>(service.answers, service.fail);
  return Map{};
}

struct Selection {
  std::string key;
};

Selection read_selection(const View& in) {
  for (const char* name : {"Bucket", "Expression", "ExpressionType"})
    static_cast<void>(in.take(name));
  for (const char* name : {"InputSerialization", "OutputSerialization"})
    static_cast<void>(in.take(name).whole());
  return {.key = in.take("Key").text()};
}

Value select(Service& service, Call& call, const Selection&) {
  call.answer_payload = std::make_shared<Prepared>(service.answers, service.fail);
  return Map{};
}

constexpr Operation lex_table[] = {operation<read_conversation, converse>("StartConversation")};
constexpr Operation kinesis_table[] = {operation<read_subscription, subscribe>("SubscribeToShard")};
constexpr Operation s3_table[] = {operation<read_selection, select>("SelectObjectContent")};

class EventStreamTest : public ::testing::Test {
 protected:
  EventStreamTest() {
    const std::vector<ServiceEntry> services = {
        {.model = "lexv2-runtime", .prefix = "lex", .service = &service, .tables = {lex_table}},
        {.model = "kinesis", .prefix = "kinesis", .service = &service, .tables = {kinesis_table}},
        {.model = "s3", .prefix = "s3", .service = &service, .tables = {s3_table}}};
    dispatch = make_dispatch({.models_folder = MILLRACE_MODELS}, services, authority, changes,
                             clock, random, log);
  }

  // Signs with `payload` as the word or digest of the body.
  Signature sign_head(http::Request& request, const std::string& signing_name,
                      const std::string& payload) {
    Signature signature{.access_key_id = "AKIDEXAMPLE",
                        .signed_headers = {"host", "x-amz-content-sha256", "x-amz-date"}};
    signature.timestamp = base::basic_iso8601(clock.wall());
    signature.scope = {signature.timestamp.substr(0, 8), "us-east-1", signing_name};
    request.headers.set("Host", "127.0.0.1:4566");
    request.headers.set("X-Amz-Date", signature.timestamp);
    request.headers.set("X-Amz-Content-Sha256", payload);
    if (request.headers.has("x-amz-target")) signature.signed_headers.emplace_back("x-amz-target");
    const PathStyle style = signing_name == "s3" ? PathStyle::as_sent : PathStyle::normalised;
    key = signing_key("secret", signature.scope);
    signature.signature =
        sign(key, string_to_sign(signature, canonical_request(request, signature, style, payload)));
    request.headers.set("Authorization",
                        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + signature.scope.text() +
                            ", SignedHeaders=host;x-amz-content-sha256;x-amz-date" +
                            (signature.signed_headers.size() > 3 ? ";x-amz-target" : "") +
                            ", Signature=" + signature.signature);
    return signature;
  }

  // A message of a stream signed with its date and the signature before, which moves on.
  std::string signed_message(const std::string& payload, const Scope& scope,
                             std::string& previous) {
    const base::Timestamp date = clock.wall();
    EventMessage message{.headers = {{":date", date}}, .payload = payload};
    previous =
        sign(key, "AWS4-HMAC-SHA256-PAYLOAD\n" + base::basic_iso8601(date) + "\n" + scope.text() +
                      "\n" + previous + "\n" + base::sha256_hex(write_event_headers(message)) +
                      "\n" + base::sha256_hex(payload));
    message.headers.emplace_back(":chunk-signature", base::Blob{*base::from_hex(previous)});
    return write_event_message(message);
  }

  static std::string event(const std::string& type, const std::string& payload) {
    return write_event_message({.headers = {{":message-type", "event"},
                                            {":event-type", type},
                                            {":content-type", "application/json"}},
                                .payload = payload});
  }

  http::Reply converse_with(const std::vector<std::string>& events, bool spoiled = false,
                            bool is_ended = true) {
    http::Request request{.method = "POST",
                          .path =
                              "/bots/BOTBOTBOTB/botAliases/ALIASALIAS/botLocales/en_US/sessions/"
                              "session/conversation"};
    const Signature head = sign_head(request, "lex", "STREAMING-AWS4-HMAC-SHA256-EVENTS");
    std::string previous = head.signature;
    std::string body;
    for (const std::string& one : events) body += signed_message(one, head.scope, previous);
    if (spoiled) previous = std::string(64, '0');
    if (is_ended) body += signed_message("", head.scope, previous);
    return answer_of(std::move(request), std::move(body));
  }

  http::Reply answer_of(http::Request request, std::string body) {
    const auto exchange = std::make_shared<FakeExchange>(std::move(request), std::move(body));
    dispatch->handle(exchange);
    EXPECT_EQ(exchange->answers.size(), 1U);
    return exchange->answers.empty() ? http::Reply{} : std::move(exchange->answers.front());
  }

  static std::vector<EventMessage> messages_of(const http::Reply& reply) {
    EXPECT_EQ(reply.headers.get("content-type"), event_stream_type);
    const auto* streamed = std::get_if<http::Streamed>(&reply.body);
    if (!streamed) {
      ADD_FAILURE() << std::get<std::string>(reply.body);
      return {};
    }
    std::vector<EventMessage> messages;
    while (auto message = read_event_message(*streamed->reader))
      messages.push_back(std::move(*message));
    return messages;
  }

  Service service;
  testing::FakeAuthority authority;
  store::Changes changes;
  base::SystemClock clock;
  base::SeededRandom random{1};
  testing::SilentLog log;
  std::unique_ptr<Dispatch> dispatch;
  std::string key;
};

TEST_F(EventStreamTest, ReadsSignedEventsAndAnswersEvents) {
  service.answers = {Map{{"HeartbeatEvent", Map{{"eventId", "1"}}}}};
  const http::Reply reply =
      converse_with({event("TextInputEvent", R"({"text":"hello"})"),
                     event("AudioInputEvent", R"({"contentType":"audio/x","audioChunk":"AAE="})")});
  const auto messages = messages_of(reply);
  ASSERT_EQ(service.heard.size(), 2U);
  EXPECT_EQ(service.heard[0], Value(Map{{"TextInputEvent", Map{{"text", "hello"}}}}));
  EXPECT_EQ(service.heard[1].find("AudioInputEvent")->find("audioChunk")->blob().bytes,
            std::string("\0\1", 2));
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].text(":message-type"), "event");
  EXPECT_EQ(messages[0].text(":event-type"), "HeartbeatEvent");
  EXPECT_EQ(messages[0].text(":content-type"), "application/json");
  EXPECT_EQ(messages[0].payload, R"({"eventId":"1"})");
}

TEST_F(EventStreamTest, RefusesABrokenChainOfSignatures) {
  const std::string hello = event("TextInputEvent", R"({"text":"hello"})");
  EXPECT_EQ(converse_with({hello}, true).status, 403);
  const http::Reply cut = converse_with({hello}, false, false);
  EXPECT_EQ(cut.headers.get("x-amzn-errortype"), "SerializationException");
  EXPECT_EQ(converse_with({}).status, 200);
}

TEST_F(EventStreamTest, HoldsEventsToTheModel) {
  const auto code = [this](const std::string& type, const std::string& payload) {
    return std::string(converse_with({event(type, payload)}).headers.get("x-amzn-errortype"));
  };
  EXPECT_EQ(code("NoSuchEvent", "{}"), "SerializationException");
  EXPECT_EQ(code("TextInputEvent", "{"), "SerializationException");
  EXPECT_EQ(code("TextInputEvent", "{}"), "ValidationException");
  EXPECT_EQ(code("TextInputEvent", R"({"text":"a","other":1})"), "NotImplemented");
}

TEST_F(EventStreamTest, TakesSignedEventsForNoOtherBody) {
  http::Request request{.method = "POST", .path = "/bucket/key", .query = "select&select-type=2"};
  static_cast<void>(sign_head(request, "s3", "STREAMING-AWS4-HMAC-SHA256-EVENTS"));
  EXPECT_EQ(answer_of(std::move(request), "body").status, 403);
}

// Nothing would ever compare the signature of a stream that waits for its end.
TEST_F(EventStreamTest, TakesNoStreamWhoseSignatureIsOfTheWholeBody) {
  http::Request request{
      .method = "POST",
      .path = "/bots/BOTBOTBOTB/botAliases/ALIASALIAS/botLocales/en_US/sessions/s1/conversation"};
  const std::string timestamp = base::basic_iso8601(clock.wall());
  request.headers.set("Host", "127.0.0.1:4566");
  request.headers.set("X-Amz-Date", timestamp);
  request.headers.set("Authorization",
                      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" + timestamp.substr(0, 8) +
                          "/us-east-1/lex/aws4_request, SignedHeaders=host;x-amz-date, Signature=" +
                          std::string(64, '0'));
  EXPECT_EQ(answer_of(std::move(request), event("TextInputEvent", R"({"text":"hello"})")).status,
            403);
  EXPECT_TRUE(service.heard.empty());
}

TEST_F(EventStreamTest, BeginsAnRpcAnswerWithTheRestOfIt) {
  service.answers = {Map{
      {"SubscribeToShardEvent",
       Map{{"Records", List{}}, {"ContinuationSequenceNumber", "1"}, {"MillisBehindLatest", 0}}}}};
  service.fail = [] { throw Error("ResourceInUseException", "in use"); };
  const std::string body = R"({"ConsumerARN":
      "arn:aws:kinesis:us-east-1:123456789012:stream/a/consumer/b:1","ShardId":"shardId-0",
      "StartingPosition":{"Type":"LATEST"}})";
  http::Request request{.method = "POST", .path = "/"};
  request.headers.set("X-Amz-Target", "Kinesis_20131202.SubscribeToShard");
  request.headers.set("Content-Type", "application/x-amz-json-1.1");
  static_cast<void>(sign_head(request, "kinesis", base::sha256_hex(body)));
  const auto messages = messages_of(answer_of(std::move(request), body));
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0].text(":event-type"), "initial-response");
  EXPECT_EQ(messages[0].payload, "{}");
  EXPECT_EQ(messages[1].text(":content-type"), "application/x-amz-json-1.1");
  EXPECT_EQ(*base::parse_json(messages[1].payload).find("MillisBehindLatest"), Value(0));
  EXPECT_EQ(messages[2].text(":message-type"), "exception");
  EXPECT_EQ(messages[2].text(":exception-type"), "ResourceInUseException");
  EXPECT_EQ(messages[2].payload, R"({"message":"in use"})");
}

TEST_F(EventStreamTest, WritesPayloadsAsBytesAndAsXml) {
  service.answers = {Map{{"Records", Map{{"Payload", base::Blob{"a,b\n"}}}}},
                     Map{{"Stats", Map{{"Details", Map{{"BytesScanned", 4}}}}}},
                     Map{{"End", Map{}}}};
  service.fail = [] { throw std::runtime_error("a bug"); };
  const std::string body =
      "<SelectObjectContentRequest><Expression>select</Expression>"
      "<ExpressionType>SQL</ExpressionType><InputSerialization><CSV/></InputSerialization>"
      "<OutputSerialization><CSV/></OutputSerialization></SelectObjectContentRequest>";
  http::Request request{.method = "POST", .path = "/bucket/key", .query = "select&select-type=2"};
  static_cast<void>(sign_head(request, "s3", base::sha256_hex(body)));
  const auto messages = messages_of(answer_of(std::move(request), body));
  ASSERT_EQ(messages.size(), 4U);
  EXPECT_EQ(messages[0].text(":content-type"), "application/octet-stream");
  EXPECT_EQ(messages[0].payload, "a,b\n");
  EXPECT_EQ(messages[1].text(":content-type"), "text/xml");
  EXPECT_EQ(messages[1].payload, "<Stats><BytesScanned>4</BytesScanned></Stats>");
  EXPECT_EQ(messages[2].text(":event-type"), "End");
  EXPECT_EQ(messages[3].text(":message-type"), "error");
  EXPECT_EQ(messages[3].text(":error-code"), "InternalFailure");
}

// No installed model has a stream in an RPC request; a made one does.
TEST(RequestEvents, TakesTheInitialRequestOfAnRpcProtocol) {
  const auto model = read_model({.model = "made"}, R"({"operations":{},"shapes":{
      "Input":{"type":"structure","members":{"Name":{"shape":"Text"},"Events":{"shape":"Stream"}}},
      "Stream":{"type":"structure","eventstream":true,"members":{"Said":{"shape":"Said"}}},
      "Said":{"type":"structure","event":true,"members":{
        "Who":{"shape":"Text","eventheader":true},"At":{"shape":"Time","eventheader":true},
        "Loud":{"shape":"Flag","eventheader":true},"Times":{"shape":"Count","eventheader":true},
        "What":{"shape":"Text","eventpayload":true}}},
      "Text":{"type":"string"},"Time":{"type":"timestamp"},"Flag":{"type":"boolean"},
      "Count":{"type":"integer"}}})");
  const Shape& input = *model->shape("Input");
  const Shape& stream = *model->shape("Stream");
  EXPECT_EQ(event_member(&input)->name, "Events");
  const Map said{{"Said", Map{{"Who", "me"},
                              {"At", base::Timestamp(base::Milliseconds(5))},
                              {"Loud", true},
                              {"Times", 3},
                              {"What", "hello"}}}};
  const Wire wire{.protocol = Protocol::json, .json_version = "1.0"};
  const EventMessage initial{
      .headers = {{":message-type", "event"}, {":event-type", "initial-request"}},
      .payload = R"({"Name":"a"})"};
  for (const bool has_initial : {true, false}) {
    const std::string bytes = (has_initial ? write_event_message(initial) : "") +
                              write_event_message(write_event(wire, stream, said));
    const base::MemorySource source(bytes);
    base::SourceReader reader(source);
    RequestEvents events(EventMessages(reader, std::nullopt), Protocol::json, stream,
                         [](const Shape&, const Value&, const UnknownMembers& unknown) {
                           EXPECT_TRUE(unknown.empty());
                         });
    Map members;
    UnknownMembers unknown;
    events.take_initial(input, members, unknown);
    EXPECT_EQ(members.find("Name") != nullptr, has_initial);
    EXPECT_EQ(events.next()->find("Said")->map().size(), 5U);
    EXPECT_EQ(events.next(), std::nullopt);
  }
}

}  // namespace
}  // namespace millrace::aws
