// The text that a match needs, and that searching for it first changes nothing of what is found.
#include "jobs/metric_scanner.hpp"

#include "jobs/required_text.hpp"

#include <gtest/gtest.h>

namespace millrace::jobs {
namespace {

TEST(RequiredText, IsTheLongestSurePiece) {
  EXPECT_EQ(required_text(R"(.*\[[0-9]+\].*#011train-auc:([0-9.]+).*)"), "#011train-auc:");
  EXPECT_EQ(required_text("loss=([0-9.]+)"), "loss=");
  EXPECT_EQ(required_text(R"(a\.b\-c)"), "a.b-c");
  EXPECT_EQ(required_text("abcd+ef"), "abcd");
  EXPECT_EQ(required_text("abcd*ef"), "abc");
  EXPECT_EQ(required_text("abcd{0,3}e"), "abc");
  EXPECT_EQ(required_text(R"(ab\dcde)"), "cde");
  EXPECT_EQ(required_text("x\xC3\xA9?yy"), "yy");
  EXPECT_EQ(required_text("(?<value>[0-9]+) seconds"), " seconds");
  EXPECT_EQ(required_text("[]abc]de"), "de");
  EXPECT_EQ(required_text(R"((\)long)ab)"), "ab");
}

TEST(RequiredText, IsEmptyWhereNothingIsSure) {
  for (const char* regex :
       {"", "(abc)", "abc|def", "(?i)abc", "a(?#)b)c", R"(\Qa*b\E)", R"(\x41bc)", "[[:alpha:]]abc",
        "(*UTF)abc", "((?i)a)bc", "a?", "(abc", "[abc", R"((\Q)\E)abc)", "ab\\"}) {
    EXPECT_EQ(required_text(regex), "") << regex;
  }
}

TEST(MetricScanner, SaysWhichExpressionsFindNothing) {
  EXPECT_EQ(complaint_about("loss=([0-9.]+)"), "");
  EXPECT_EQ(complaint_about("loss=[0-9.]+"), "it has no group, whose text would be the value");
  EXPECT_EQ(complaint_about("loss=("), "missing closing parenthesis");
}

TEST(MetricScanner, KnowsManyRulesApart) {
  std::vector<MetricRule> rules;
  for (const std::string name : {"auc", "error", "error@0.5", "logloss", "rmse"}) {
    for (const std::string data : {"train", "validation"}) {
      rules.push_back({data + ":" + name,
                       R"(.*\[[0-9]+\].*#011)" + data + "-" + name + R"(:([-+]?[0-9.]+).*)"});
    }
  }
  MetricScanner scanner(rules);
  const auto found = scanner.scan("[12]#011train-error:0.25#011validation-error:0.5");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "train:error");
  EXPECT_EQ(found[0].value, 0.25);
  EXPECT_EQ(found[1].name, "validation:error");
  EXPECT_TRUE(scanner.scan("#011train-error:0.25").empty());
}

TEST(MetricScanner, TakesTheFirstOfManyGroups) {
  MetricScanner scanner({{"first", "(a)?x=([0-9]+),(.)(.)"}, {"value", "x=([0-9]+),(.)(.)"}});
  const auto found = scanner.scan("x=3,bc x=4,de");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].name, "value");
  EXPECT_EQ(found[1].value, 4);
}

std::vector<MetricRule> one(const std::string& regex) { return {{.name = "x", .regex = regex}}; }

TEST(MetricScanner, TakesNoPartsOfCharacters) {
  EXPECT_TRUE(MetricScanner(one(R"(x=(\C))")).scan("x=1").empty());
  EXPECT_EQ(MetricScanner(one(R"(x=(.))")).scan("x=1 x=\xC3\xA9 x=2").size(), 2U);
}

TEST(MetricScanner, GivesUpOnALineThatTakesTooLong) {
  MetricScanner scanner(one(R"((?:a+)+b([0-9]))"));
  EXPECT_TRUE(scanner.scan(std::string(5000, 'a') + "b").empty());
  EXPECT_EQ(scanner.scan("aaab7").size(), 1U);
}

}  // namespace
}  // namespace millrace::jobs
