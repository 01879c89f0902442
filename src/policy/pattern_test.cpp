// Wildcards, variables and ARNs in policies.
#include "policy/pattern.hpp"

#include <gtest/gtest.h>

namespace millrace::policy {
namespace {

bool matches(std::string_view pattern, std::string_view text, const Conditions& given = {}) {
  Question question;
  question.conditions = given;
  return Pattern(pattern, {}).matches(text, Context(question, {}));
}

bool arn_matches(std::string_view pattern, std::string_view arn, const Conditions& given = {}) {
  Question question;
  question.conditions = given;
  return ArnPattern(pattern, {}).matches(arn, Context(question, {}));
}

TEST(Pattern, MatchesRunsAndSingleCharacters) {
  EXPECT_TRUE(matches("s3:Get*", "s3:GetObject"));
  EXPECT_TRUE(matches("*a*b*", "xxaxxbxx"));
  EXPECT_TRUE(matches("a?c", "abc"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_FALSE(matches("a?c", "ac"));
  EXPECT_FALSE(matches("", "a"));
  EXPECT_FALSE(matches("*a*b", "xxaxxbxx"));
  EXPECT_FALSE(matches("ab*ba", "aba"));
  EXPECT_TRUE(matches("ab?", "abc"));
  EXPECT_FALSE(matches("ab?", "abcd"));
  EXPECT_TRUE(matches("a~", "a~"));
  EXPECT_TRUE(matches("a**b", "axxb"));
}

TEST(Pattern, LettersMayBeIgnored) {
  const Question nothing;
  const Context context(nothing, {});
  for (const char* text : {"azAZ[@`{", "AZaz[@`{"}) {
    EXPECT_TRUE(Pattern("AZaz[@`{", {}).matches(text, context, Pattern::Case::ignored)) << text;
  }
  for (const char* text : {"azAZ{@`{", "azAZ[`@{"}) {
    EXPECT_FALSE(Pattern("AZaz[@`{", {}).matches(text, context, Pattern::Case::ignored)) << text;
  }
}

TEST(Pattern, AQuestionMarkIsACharacterOfSeveralBytesToo) {
  EXPECT_TRUE(matches("a?c",
                      "a\xc3\xa4"
                      "c"));
  EXPECT_FALSE(matches("a??c",
                       "a\xc3\xa4"
                       "c"));
}

// Bytes that mark wildcards inside come from nowhere else.
TEST(Pattern, BytesThatAreNoTextMatchNothing) {
  EXPECT_FALSE(matches("${k:v}", "ab", {{"k:v", {"a\xff"}}}));
  EXPECT_FALSE(matches("a\xfe", "ab"));
  EXPECT_FALSE(matches("a\xfe", "a\xfe"));
}

// Going back to the last star only keeps it from taking exponential time.
TEST(Pattern, ManyStarsAreNoLoad) {
  std::string pattern;
  for (int i = 0; i < 500; ++i) pattern += "*a";
  EXPECT_FALSE(matches(pattern + "b", std::string(5000, 'a')));
  EXPECT_TRUE(matches(pattern, std::string(5000, 'a')));
}

TEST(Pattern, SubstitutedTextIsLiteral) {
  EXPECT_TRUE(matches("x/${k:v}/*", "x/a*/file", {{"k:v", {"a*"}}}));
  EXPECT_FALSE(matches("x/${k:v}/*", "x/ab/file", {{"k:v", {"a*"}}}));
  EXPECT_TRUE(matches("${*}${?}${$}", "*?$"));
  EXPECT_FALSE(matches("${*}", "a"));
}

TEST(Pattern, VariableWithoutOneValueMatchesNothing) {
  EXPECT_FALSE(matches("*${k:v}*", "anything"));
  EXPECT_FALSE(matches("${k:v}", "a", {{"k:v", {"a", "b"}}}));
}

TEST(Pattern, ADefaultStandsInSingleQuotes) {
  EXPECT_TRUE(matches("${k:v, 'none'}", "none"));
  EXPECT_TRUE(matches("${k:v,'none'}", "none"));
  EXPECT_TRUE(matches("${k:v,none}", "none"));
  EXPECT_TRUE(matches("a${k:v,''}b", "ab"));
  EXPECT_TRUE(matches("${k:v,'}", "'"));
  EXPECT_TRUE(matches("${k:v,'none}", "'none"));
  EXPECT_TRUE(matches("${k:v,none'}", "none'"));
}

TEST(Pattern, BeginsAsAllBeginThatItMatches) {
  EXPECT_EQ(Pattern("s3:Get*x", {}).fixed_start(), "s3:Get");
  EXPECT_EQ(Pattern("a/${k:v}/b/${k:w}", {}).fixed_start(), "a/");
}

TEST(Pattern, WithoutVariablesADollarIsADollar) {
  const Question nothing;
  EXPECT_TRUE(Pattern("${k:v}", {.wildcards = true, .variables = false})
                  .matches("${k:v}", Context(nothing, {})));
}

TEST(ArnPattern, OfAResourceAnAsteriskAtAPartsEndReachesBeyondColons) {
  const Question question;
  const Context context(question, {});
  const std::string stream = "arn:aws:logs:us-east-1:111111111111:log-group:g:log-stream:s";
  const auto matches = [&](const char* pattern, const std::string& arn) {
    return ArnPattern(pattern, {}).matches_resource(arn, context);
  };
  EXPECT_TRUE(matches("arn:aws:logs:*:log-stream:s", stream));
  EXPECT_TRUE(matches("arn:aws:logs:us-east-1:*:log-group:g:*", stream));
  EXPECT_TRUE(matches("arn:aws:logs:us-east-1:*:log-stream:s", stream));
  EXPECT_TRUE(matches("arn:aws:logs:us-east-1:*:log-stream:?", stream));
  EXPECT_TRUE(matches("arn:aws:logs:*:log-group:g:log-stream:s", stream));
  EXPECT_FALSE(matches("a?n:aws:logs:*:log-stream:s", stream));
  EXPECT_FALSE(matches("arn:aws:logs:us-*-1:log-stream:s", stream));
  EXPECT_FALSE(matches("arn:aws:logs:us-e?st-1:*:log-stream:s", stream));
  EXPECT_TRUE(matches("arn:aws:logs:*:g", "arn:aws:logs:us-east-1:111111111111:log-group:g"));
  EXPECT_TRUE(matches("arn:aws:logs:~:*:s", "arn:aws:logs:~:111111111111:log-group:g:s"));
  EXPECT_FALSE(ArnPattern("arn:aws:logs:*:log-stream:s", {}).matches(stream, context));
}

TEST(ArnPattern, PartsMatchOneByOne) {
  EXPECT_TRUE(arn_matches("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b:c"));
  EXPECT_TRUE(arn_matches("arn:aws:sagemaker:*:*:model/*",
                          "arn:aws:sagemaker:us-east-1:123456789012:model/m"));
  EXPECT_FALSE(arn_matches("arn:aws:sagemaker:*:model/*",
                           "arn:aws:sagemaker:us-east-1:123456789012:model/m"));
  EXPECT_TRUE(arn_matches("arn:aws:s3", "arn:aws:s3:::bucket"));
  EXPECT_FALSE(arn_matches("arn:aws:s3:::bucket", "brn:aws:s3:::bucket"));
  EXPECT_FALSE(arn_matches("arn:aws:s3:*", "arn:aws:s3::bucket"));
  EXPECT_TRUE(arn_matches("arn:aws:sns:*:*:*", "arn:aws:sns:${a:1:t}"));
  EXPECT_FALSE(arn_matches("arn:aws:s3:::*", "*"));
  EXPECT_TRUE(arn_matches("*", "*"));
}

TEST(ArnPattern, VariablesMayHoldColons) {
  EXPECT_TRUE(
      arn_matches("arn:aws:s3:::b/${aws:id}/*", "arn:aws:s3:::b/A:s/x", {{"aws:id", {"A:s"}}}));
  const Conditions given{{"aws:RequestedRegion", {"eu-west-1"}}, {"aws:owner", {"1"}}};
  EXPECT_TRUE(arn_matches("arn:aws:sns:${aws:RequestedRegion}:${aws:owner}:t",
                          "arn:aws:sns:eu-west-1:1:t", given));
  EXPECT_FALSE(arn_matches("arn:aws:sns:${aws:RequestedRegion:1:t", "arn:aws:sns:r:1:t", given));
}

}  // namespace
}  // namespace millrace::policy
