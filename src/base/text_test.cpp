// Text functions and ARNs.
#include "base/text.hpp"

#include "base/arn.hpp"

#include <gtest/gtest.h>

namespace millrace::base {
namespace {

TEST(Text, SplitsJoinsAndTrims) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string_view>{""}));
  EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
  EXPECT_EQ(trim(" \ta b\r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
  EXPECT_EQ(replace_all("aXbXX", "X", "yX"), "ayXbyXyX");
  EXPECT_EQ(lower("AbC-\xc3\x89"), "abc-\xc3\x89");
  EXPECT_TRUE(equal_ignoring_case("Content-Type", "content-TYPE"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
}

TEST(Text, ReadsNumbersWholeOrNotAtAll) {
  EXPECT_EQ(to_integer("-42"), -42);
  EXPECT_FALSE(to_integer("42x"));
  EXPECT_FALSE(to_integer(""));
  EXPECT_FALSE(to_integer("9223372036854775808"));
  EXPECT_EQ(to_number("1e-3"), 0.001);
  EXPECT_FALSE(to_number("1.5 "));
}

TEST(Text, MatchesWildcards) {
  EXPECT_TRUE(matches_wildcard("*", ""));
  EXPECT_TRUE(matches_wildcard("s3:Get*", "s3:GetObject"));
  EXPECT_TRUE(matches_wildcard("a*b?c*", "aXXbYbZcc"));
  EXPECT_TRUE(matches_wildcard("?", "\xc3\xa9"));
  EXPECT_FALSE(matches_wildcard("a?", "a"));
  EXPECT_FALSE(matches_wildcard("s3:Get*", "s3:PutObject"));
  const std::string many(5000, 'a');
  EXPECT_FALSE(matches_wildcard("*a*a*a*a*a*a*a*b", many));
}

TEST(Text, KnowsUtf8) {
  EXPECT_TRUE(is_utf8("\xc3\xa9"));
  EXPECT_FALSE(is_utf8("\xc3"));
  EXPECT_FALSE(is_utf8("\xc0\x80"));
  EXPECT_EQ(as_utf8("\xc3\xa9 \xe2\x82"), "\xc3\xa9 ");
  EXPECT_EQ(as_utf8("a\xff\xfe"), "a??");
  EXPECT_EQ(as_utf8("\xc3\xa9\xff+"), "???+");
  EXPECT_EQ(as_utf8(""), "");
  EXPECT_EQ(printable(std::string_view("a\0\tb\x7f", 5)), "a??b?");
}

TEST(Arn, IsTakenApart) {
  const auto parsed = parse_arn("arn:aws:sagemaker:eu-west-1:000000000000:training-job/a:b");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->service, "sagemaker");
  EXPECT_EQ(parsed->resource, "training-job/a:b");
  EXPECT_EQ(parsed->text(), "arn:aws:sagemaker:eu-west-1:000000000000:training-job/a:b");
  EXPECT_EQ(arn("s3", "", "", "bucket/key"), "arn:aws:s3:::bucket/key");
  for (const char* text : {"", "arn:aws:s3", "arn:aws:s3:::", "urn:aws:s3:::b", "arn::s3:::b"}) {
    EXPECT_FALSE(parse_arn(text)) << text;
  }
}

}  // namespace
}  // namespace millrace::base
