// What an operation's `read` sees of its request, and what counts as taken.
#include "aws/view.hpp"

#include "aws/model.hpp"
#include "aws/reading.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::string_view model_text = R"({"operations":{},"shapes":{
  "Input":{"type":"structure","members":{
    "text":{"shape":"Text"},"integer":{"shape":"Integer"},"number":{"shape":"Number"},
    "flag":{"shape":"Flag"},"time":{"shape":"Time"},"inner":{"shape":"Inner"},
    "inners":{"shape":"Inners"},"texts":{"shape":"Texts"},"map":{"shape":"TextMap"},
    "inner_map":{"shape":"InnerMap"}}},
  "Inner":{"type":"structure","members":{"a":{"shape":"Text"},"b":{"shape":"Text"}}},
  "Inners":{"type":"list","member":{"shape":"Inner"}},
  "Texts":{"type":"list","member":{"shape":"Text"}},
  "TextMap":{"type":"map","key":{"shape":"Text"},"value":{"shape":"Text"}},
  "InnerMap":{"type":"map","key":{"shape":"Text"},"value":{"shape":"Inner"}},
  "Text":{"type":"string"},"Integer":{"type":"long"},"Number":{"type":"double"},
  "Flag":{"type":"boolean"},"Time":{"type":"timestamp"}}})";

const base::Timestamp at{base::Milliseconds(1'700'000'000'000)};

class ViewTest : public ::testing::Test {
 protected:
  View view(const Value& value) { return {input(), &value, reading, ""}; }
  [[nodiscard]] const Shape& input() const { return *model->shape("Input"); }
  std::vector<std::string> left(const Value& value) { return reading.left(input(), value, {}); }

  std::unique_ptr<ServiceModel> model = read_model({.model = "made"}, model_text);
  Reading reading;
};

TEST_F(ViewTest, GivesWhatIsThere) {
  const Value value = Map{{"text", "a"},           {"integer", 3}, {"number", 1.5},
                          {"flag", true},          {"time", at},   {"texts", List{"x", "y"}},
                          {"map", Map{{"k", "v"}}}};
  const View in = view(value);
  EXPECT_EQ(in.take("text").text(), "a");
  EXPECT_EQ(in.take("text").text_or("z"), "a");
  EXPECT_EQ(in.take("text").optional_text(), "a");
  EXPECT_EQ(in.take("integer").integer(), 3);
  EXPECT_EQ(in.take("integer").integer_or(9), 3);
  EXPECT_EQ(in.take("integer").optional_integer(), 3);
  EXPECT_EQ(in.take("number").number(), 1.5);
  EXPECT_EQ(in.take("number").optional_number(), 1.5);
  EXPECT_TRUE(in.take("flag").flag_or(false));
  EXPECT_EQ(in.take("time").time(), at);
  EXPECT_EQ(in.take("time").optional_time(), at);
  EXPECT_EQ(in.take("texts").texts(), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(in.take("map").text_map(),
            (std::vector<std::pair<std::string, std::string>>{{"k", "v"}}));
  EXPECT_TRUE(left(value).size() <= 1);
}

TEST_F(ViewTest, GivesNothingOfWhatIsAbsentOrNull) {
  const Value value = Map{{"text", Value()}};
  const View in = view(value);
  EXPECT_FALSE(in.take("text").present());
  EXPECT_EQ(in.take("text").text_or("z"), "z");
  EXPECT_FALSE(in.take("text").optional_text());
  EXPECT_EQ(in.take("integer").integer_or(9), 9);
  EXPECT_FALSE(in.take("integer").optional_integer());
  EXPECT_FALSE(in.take("number").optional_number());
  EXPECT_TRUE(in.take("flag").flag_or(true));
  EXPECT_FALSE(in.take("time").optional_time());
  EXPECT_TRUE(in.take("inners").views().empty());
  EXPECT_TRUE(in.take("texts").texts().empty());
  EXPECT_TRUE(in.take("map").text_map().empty());
  EXPECT_EQ(in.take("inner").whole(), nullptr);
  EXPECT_FALSE(in.take("inner").view().present());
  EXPECT_FALSE(in.take("inner").view().take("a").present());
}

TEST_F(ViewTest, WhatIsLeftInsideIsNamedByItsPlace) {
  const Value value = Map{
      {"inner", Map{{"a", "1"}, {"b", "2"}}},
      {"inners", List{Map{{"a", "1"}}, Map{{"a", "1"}, {"b", "2"}}}},
      {"inner_map", Map{{"k", Map{{"a", "1"}, {"b", "2"}}}}},
      {"number", 1.5},
  };
  const View in = view(value);
  EXPECT_EQ(in.take("inner").view().take("a").text(), "1");
  for (const View& inner : in.take("inners").views()) static_cast<void>(inner.take("a").text());
  static_cast<void>(in.take("inner_map"));
  EXPECT_EQ(left(value), (std::vector<std::string>{"inner.b", "inners[1].b", "inner_map.k.a",
                                                   "inner_map.k.b", "number"}));
}

TEST_F(ViewTest, WhatIsKeptOrInertCountsWithAllInside) {
  reading.remember_marks();
  const Value value = Map{{"inner", Map{{"a", "1"}}}, {"inners", List{Map{{"b", "2"}}}}};
  const View in = view(value);
  EXPECT_TRUE(in.keep("inner").present());
  EXPECT_EQ(in.inert("inners", "no effect here").views().size(), 1U);
  EXPECT_TRUE(left(value).empty());
  EXPECT_EQ(reading.inert(), (std::vector<std::string>{"inners: no effect here"}));
}

}  // namespace
}  // namespace millrace::aws
