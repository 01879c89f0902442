// Events as values in each protocol: what goes into a message's headers, its payload, and back.
#include "aws/protocol_events.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

using base::Map;
using base::Value;

constexpr std::string_view model_text = R"({"operations":{},"shapes":{
  "Stream":{"type":"structure","eventstream":true,"members":{
    "Whole":{"shape":"Whole"},"Words":{"shape":"Words"},"Bytes":{"shape":"Bytes"},
    "Nested":{"shape":"Nested"},"Broken":{"shape":"Broken"}}},
  "Whole":{"type":"structure","event":true,"members":{
    "flag":{"shape":"Flag","eventheader":true},"small":{"shape":"Small","eventheader":true},
    "large":{"shape":"Large","eventheader":true},"blob":{"shape":"Blob","eventheader":true},
    "time":{"shape":"Time","eventheader":true},"text":{"shape":"Text","eventheader":true},
    "body":{"shape":"Text"}}},
  "Words":{"type":"structure","event":true,"members":{"text":{"shape":"Text","eventpayload":true}}},
  "Bytes":{"type":"structure","event":true,"members":{"blob":{"shape":"Blob","eventpayload":true}}},
  "Nested":{"type":"structure","event":true,"members":{"inner":{"shape":"Inner","eventpayload":true}}},
  "Inner":{"type":"structure","members":{"text":{"shape":"Text"}}},
  "Broken":{"type":"structure","exception":true,"error":{"code":"BrokenCode"},"members":{
    "Message":{"shape":"Text"},"Place":{"shape":"Text"}}},
  "Flag":{"type":"boolean"},"Small":{"type":"integer"},"Large":{"type":"long"},"Blob":{"type":"blob"},
  "Time":{"type":"timestamp"},"Text":{"type":"string"}}})";

constexpr Protocol protocols[] = {Protocol::json, Protocol::rest_json, Protocol::cbor,
                                  Protocol::rest_xml};

class ProtocolEvents : public ::testing::TestWithParam<Protocol> {
 protected:
  // As it is when it went out as a message and came in again.
  Map sent(const Map& event) {
    const EventMessage message = parse_event_message(write_event_message(write(event)));
    UnknownMembers unknown;
    Map back = parse_event(GetParam(), stream(), message, unknown);
    EXPECT_TRUE(unknown.empty());
    return back;
  }
  EventMessage write(const Map& event) { return write_event(wire(), stream(), event); }
  [[nodiscard]] const Shape& stream() const { return *model_->shape("Stream"); }
  static Wire wire() { return {.protocol = GetParam(), .json_version = "1.1"}; }

  std::unique_ptr<ServiceModel> model_ = read_model({.model = "made"}, model_text);
};

TEST_P(ProtocolEvents, EveryTypeOfHeaderComesBack) {
  const Map whole{{"flag", true},
                  {"small", 7},
                  {"large", std::int64_t{1} << 40},
                  {"blob", base::Blob{"\x01\x02"}},
                  {"time", base::Timestamp(base::Milliseconds(1'700'000'000'123))},
                  {"text", "words"},
                  {"body", "more words"}};
  const Map back = sent({{"Whole", whole}});
  ASSERT_NE(back.find("Whole"), nullptr);
  for (const auto& [name, value] : whole) {
    const Value* found = back.find("Whole")->find(name);
    ASSERT_NE(found, nullptr) << name;
    EXPECT_EQ(*found, value) << name;
  }
  const EventMessage message = write({{"Whole", whole}});
  EXPECT_TRUE(std::holds_alternative<std::int32_t>(*message.find("small")));
  EXPECT_TRUE(std::holds_alternative<std::int64_t>(*message.find("large")));
}

TEST_P(ProtocolEvents, APayloadIsTextBytesOrADocument) {
  const Map words{{"Words", Map{{"text", "some"}}}};
  const Map bytes{{"Bytes", Map{{"blob", base::Blob{"\xff\x01"}}}}};
  const Map nested{{"Nested", Map{{"inner", Map{{"text", "deep"}}}}}};
  for (const Map& event : {words, bytes, nested}) EXPECT_EQ(Value(sent(event)), Value(event));
  EXPECT_EQ(write(words).text(":content-type"), "text/plain");
  EXPECT_EQ(write(bytes).text(":content-type"), "application/octet-stream");
  EXPECT_EQ(write({{"Nested", Map{}}}).find(":content-type"), nullptr);
}

TEST_P(ProtocolEvents, WhatIsNoEventIsRefused) {
  UnknownMembers unknown;
  EventMessage message = write({{"Whole", Map{{"flag", true}}}});
  for (auto& [name, header] : message.headers) {
    if (name == "flag") header = std::string("true");
  }
  EXPECT_THROW(parse_event(GetParam(), stream(), message, unknown), Malformed);
  const EventMessage number{.headers = {{":message-type", std::string("event")},
                                        {":event-type", std::string("Whole")},
                                        {"small", base::Blob{"7"}}}};
  EXPECT_THROW(parse_event(GetParam(), stream(), number, unknown), Malformed);
  EventMessage text = write({{"Words", Map{{"text", "some"}}}});
  text.payload = "\xff";
  EXPECT_THROW(parse_event(GetParam(), stream(), text, unknown), Malformed);
  const EventMessage other{.headers = {{":message-type", std::string("event")},
                                       {":event-type", std::string("Nonsense")}}};
  EXPECT_THROW(parse_event(GetParam(), stream(), other, unknown), Malformed);
}

TEST_P(ProtocolEvents, ADeclaredErrorIsAnExceptionWithItsMembers) {
  Error error("BrokenCode", "It broke.");
  error.with("Place", "here").with("Unknown", "there");
  const EventMessage undeclared = write_event_refusal(wire(), stream(), error);
  EXPECT_EQ(undeclared.text(":message-type"), "error");
  EXPECT_EQ(undeclared.text(":error-code"), "BrokenCode");
  Error declared("Broken", "It broke.");
  declared.with("Place", "here").with("Unknown", "there");
  const EventMessage message = write_event_refusal(wire(), stream(), declared);
  EXPECT_EQ(message.text(":message-type"), "exception");
  EXPECT_EQ(message.text(":exception-type"), "Broken");
  for (const char* part : {"It broke.", "Place", "here"})
    EXPECT_NE(message.payload.find(part), std::string::npos) << part;
  EXPECT_EQ(message.payload.find("there"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(All, ProtocolEvents, ::testing::ValuesIn(protocols));

}  // namespace
}  // namespace millrace::aws
