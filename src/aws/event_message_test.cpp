// The format's published examples, every type of header, and messages that lie about themselves.
#include "aws/event_message.hpp"

#include "base/encoding.hpp"
#include "base/hash.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

EventMessage parsed(std::string_view digits) {
  return parse_event_message(*base::from_hex(digits));
}

std::string refusal(std::string_view digits) {
  try {
    (void)parsed(digits);
  } catch (const EventError& error) {
    return error.what();
  }
  return "taken";
}

// Both ways: the bytes are the message's only form.
void expect_both_ways(std::string_view digits, const EventMessage& message) {
  EXPECT_EQ(parsed(digits), message) << digits;
  EXPECT_EQ(base::hex(write_event_message(message)), digits);
}

TEST(EventMessage, ReadsAndWritesTheExamples) {
  expect_both_ways("000000100000000005c248eb7d98c8ff", {});
  expect_both_ways("0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936",
                   {.payload = "{'foo':'bar'}"});
  expect_both_ways(
      "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e2f6a736f6e7b27"
      "666f6f273a27626172277d8d9c08b1",
      {.headers = {{"content-type", "application/json"}}, .payload = "{'foo':'bar'}"});
  expect_both_ways("000000170000000729860158046279746502ffc2f869dc",
                   {.headers = {{"byte", std::int8_t{-1}}}});
  expect_both_ways("0000001900000009710e923e0573686f727403ffffb27cb6cc",
                   {.headers = {{"short", std::int16_t{-1}}}});
  expect_both_ways("0000001d0000000d83e3f0e707696e746567657204ffffffff8b8e12eb",
                   {.headers = {{"integer", std::int32_t{-1}}}});
  expect_both_ways("0000001e0000000e5d4adb8d046c6f6e6705ffffffffffffffff4bc232da",
                   {.headers = {{"long", std::int64_t{-1}}}});
}

TEST(EventMessage, ReadsAndWritesEveryTypeOfHeader) {
  expect_both_ways(
      "000000620000005203b5cb9c013000013101013202020133030003013404000000040135050000000000000005"
      "01360600056279746573013707000475746638013808000000000000000801390930313233343536373839616263"
      "64"
      "656663353671",
      {.headers = {{"0", true},
                   {"1", false},
                   {"2", std::int8_t{2}},
                   {"3", std::int16_t{3}},
                   {"4", std::int32_t{4}},
                   {"5", std::int64_t{5}},
                   {"6", base::Blob{"bytes"}},
                   {"7", "utf8"},
                   {"8", base::Timestamp(base::Milliseconds(8))},
                   {"9", Uuid{"0123456789abcdef"}}}});
}

TEST(EventMessage, RefusesWhatWasChangedOnTheWay) {
  EXPECT_EQ(refusal("0100001d00000000fd528c5a7b27666f6f273a27626172277dc3653936"),
            "the checksum of the prelude does not match");
  EXPECT_EQ(refusal("0000001d00000000fd528c5a7b27666f6f273a27626172278dc3653936"),
            "the checksum of the message does not match");
  EXPECT_EQ(refusal("00000024000000144bb982d00474657374046173646604746573740461736466f3f47563"),
            "a header occurs twice");
  EXPECT_EQ(refusal("0000003dff0001021583f5c20c636f6e74656e742d747970650700106170706c6963617469"
                    "6f6e2f6a736f6e7b27666f6f273a27626172277d2f377f5d"),
            "the headers are too long");
  EXPECT_EQ(refusal("00000010"), "the message ends too early");
  EXPECT_EQ(refusal("000000100000000005c248eb7d98c8ff00"),
            "the message's length is not that of its bytes");
}

// A message of any headers and lengths whose checksums are right.
std::string framed(std::uint32_t total, std::string_view headers) {
  const auto bytes_of = [](std::uint32_t number) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 0xff);
    return bytes;
  };
  std::string bytes = bytes_of(total) + bytes_of(static_cast<std::uint32_t>(headers.size()));
  bytes += base::digest(base::HashKind::crc32, bytes);
  bytes += headers;
  return bytes + base::digest(base::HashKind::crc32, bytes);
}

TEST(EventMessage, RefusesLengthsThatDoNotFit) {
  for (const char* digits : {"00", "0161", "016107", "0161070001", "01610680", "01610aff", "ff61",
                             "0161070001ff", "016104000000", "0161090000"}) {
    const std::string headers = *base::from_hex(digits);
    const auto size = static_cast<std::uint32_t>(16 + headers.size());
    EXPECT_THROW((void)parse_event_message(framed(size, headers)), EventError) << digits;
  }
  for (const std::uint32_t total : {0U, 15U, 0xffffffffU, 25U * 1024 * 1024}) {
    const std::string bytes = framed(total, "");
    base::MemorySource source(bytes);
    base::SourceReader reader(source);
    EXPECT_THROW((void)read_event_message(reader), EventError) << total;
  }
}

TEST(EventMessage, RefusesToWriteWhatTheFormatDoesNotHave) {
  const std::string long_text(32'768, 'x');
  EXPECT_THROW((void)write_event_message({.headers = {{"a", long_text}}}), EventError);
  EXPECT_THROW((void)write_event_message({.headers = {{std::string(256, 'n'), "a"}}}), EventError);
  EXPECT_THROW((void)write_event_message({.headers = {{"", "a"}}}), EventError);
  EXPECT_THROW((void)write_event_message({.headers = {{"a", Uuid{"short"}}}}), EventError);
  EventMessage many;
  for (char name = 'a'; name < 'f'; ++name)
    many.headers.emplace_back(std::string(1, name), std::string(32'767, 'x'));
  EXPECT_THROW((void)write_event_message(many), EventError);
  EXPECT_THROW((void)write_event_message({.payload = std::string(event_payload_limit + 1, 'x')}),
               EventError);
}

TEST(EventMessage, TakesPartsAtTheirLimitsAndNoLonger) {
  EventMessage message{.payload = std::string(event_payload_limit, 'x')};
  for (char name = 'a'; name < 'e'; ++name)
    message.headers.emplace_back(std::string(1, name), std::string(32'763, 'x'));
  ASSERT_EQ(write_event_headers(message).size(), event_headers_limit);
  EXPECT_EQ(parse_event_message(write_event_message(message)), message);

  const auto prelude_of = [](std::uint32_t headers, std::uint32_t payload) {
    std::string bytes;
    for (const std::uint32_t number : {16 + headers + payload, headers}) {
      for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>(number >> shift & 0xff);
    }
    return bytes + base::digest(base::HashKind::crc32, bytes);
  };
  const auto refusal_after = [](const std::string& prelude) {
    const base::MemorySource source(prelude);
    base::SourceReader reader(source);
    try {
      (void)read_event_message(reader);
    } catch (const EventError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(refusal_after(prelude_of(event_headers_limit, event_payload_limit)),
            "the stream ends within a message");
  EXPECT_EQ(refusal_after(prelude_of(event_headers_limit + 1, 0)), "the headers are too long");
  EXPECT_EQ(refusal_after(prelude_of(0, event_payload_limit + 1)), "the payload is too long");
}

TEST(EventMessage, ReadsAStreamMessageByMessage) {
  const EventMessage first{.headers = {{"a", "1"}}, .payload = "one"};
  const EventMessage second{.payload = std::string(100'000, 'x')};
  const std::string bytes = write_event_message(first) + write_event_message(second);
  const base::MemorySource source(bytes);
  base::SourceReader reader(source);
  EXPECT_EQ(read_event_message(reader), first);
  EXPECT_EQ(read_event_message(reader), second);
  EXPECT_EQ(read_event_message(reader), std::nullopt);

  const base::MemorySource torn(bytes.substr(0, bytes.size() - 1));
  base::SourceReader to_torn(torn);
  EXPECT_EQ(read_event_message(to_torn), first);
  EXPECT_THROW((void)read_event_message(to_torn), EventError);
}

}  // namespace
}  // namespace millrace::aws
