// JSON: what is read, what is written, and that one undoes the other.
#include "base/json.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace millrace::base {
namespace {

std::string number(double value) {
  std::string out;
  write_json_number(out, value);
  return out;
}

TEST(Json, ReadsEveryKind) {
  const Value value = parse_json(
      R"({"a":[1,-2,2.5,true,false,null],"b":{"c":"\u00e9\n"},"big":9223372036854775808})");
  const List& list = value.find("a")->list();
  EXPECT_EQ(list[0].integer(), 1);
  EXPECT_EQ(list[1].integer(), -2);
  EXPECT_EQ(list[2].number(), 2.5);
  EXPECT_TRUE(list[3].flag());
  EXPECT_FALSE(list[4].flag());
  EXPECT_TRUE(list[5].is_null());
  EXPECT_EQ(value.find("b")->find("c")->text(), "\u00e9\n");
  EXPECT_EQ(value.find("big")->number(), 9223372036854775808.0);
}

TEST(Json, WritesWhatItReadsBack) {
  for (const char* text : {R"({"a":1,"b":[1.5,-0.0,1e-07,100000.0],"c":null,"d":{}})", "[]",
                           "\"x\"", R"("\"\\\b\f\n\r\t\u0001")", "-9223372036854775808", "1.0"}) {
    EXPECT_EQ(write_json(parse_json(text)), text);
  }
}

TEST(Json, WritesNumbersAsPeopleExpect) {
  EXPECT_EQ(number(1), "1.0");
  EXPECT_EQ(number(0.1), "0.1");
  EXPECT_EQ(number(123456.789), "123456.789");
  EXPECT_EQ(number(1e20), "1e+20");
  EXPECT_EQ(number(std::numeric_limits<double>::quiet_NaN()), "\"NaN\"");
  EXPECT_EQ(number(-std::numeric_limits<double>::infinity()), "\"-Infinity\"");
}

TEST(Json, WritesTimesAsSecondsAndBlobsInBase64) {
  EXPECT_EQ(write_json(Timestamp(Milliseconds(1795255200000))), "1795255200");
  EXPECT_EQ(write_json(Timestamp(Milliseconds(1795255200123))), "1795255200.123");
  EXPECT_EQ(write_json(Map{{"b", Blob{"abc"}}}), R"({"b":"YWJj"})");
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* text : {"", "{", "{\"a\":1,}", "[1 2]", "nul", "\"\xff\"", "1 2", "{'a':1}"}) {
    EXPECT_THROW(static_cast<void>(parse_json(text)), JsonError) << text;
  }
}

TEST(Json, LimitsDepth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_NO_THROW(static_cast<void>(parse_json(nested(json_depth_limit))));
  EXPECT_THROW(static_cast<void>(parse_json(nested(json_depth_limit + 1))), JsonError);
}

TEST(Json, KeepsTheLastOfEqualNamesAndManyMembers) {
  EXPECT_EQ(write_json(parse_json(R"({"a":1,"b":2,"a":3})")), R"({"a":3,"b":2})");
  std::string text = "{";
  for (int i = 0; i < 20000; ++i) text += "\"k" + std::to_string(i % 19999) + "\":1,";
  text.back() = '}';
  EXPECT_EQ(parse_json(text).map().size(), 19999U);
}

}  // namespace
}  // namespace millrace::base
