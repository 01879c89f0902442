// Every condition operator: a value that holds, one that does not, and a request without the key.
#include "policy/condition.hpp"

#include <gtest/gtest.h>

namespace millrace::policy {
namespace {

struct Case {
  std::string operation;
  std::string wanted;
  std::string holds;
  std::string fails;
};

const Case cases[] = {
    {"StringEquals", "blue", "blue", "Blue"},
    {"StringNotEquals", "blue", "Blue", "blue"},
    {"StringEqualsIgnoreCase", "blue", "BLUE", "green"},
    {"StringNotEqualsIgnoreCase", "blue", "green", "BLUE"},
    {"StringLike", "b*e?", "blues", "blue"},
    {"StringNotLike", "b*e?", "blue", "blues"},
    {"NumericEquals", "10", "10.0", "11"},
    {"NumericNotEquals", "10", "11", "10"},
    {"NumericLessThan", "10", "9.5", "10"},
    {"NumericLessThanEquals", "10", "10", "10.5"},
    {"NumericGreaterThan", "10", "11", "10"},
    {"NumericGreaterThanEquals", "10", "10", "9"},
    {"DateEquals", "2026-11-21T10:00:00Z", "1795255200", "2026-11-21T10:00:01Z"},
    {"DateEquals", "2026-11", "2026-11-01T00:00:00Z", "2026-11-02"},
    {"DateNotEquals", "2026-11-21", "2026-11-22T00:00:00Z", "2026-11-21T00:00:00Z"},
    {"DateLessThan", "2026-11-21", "2026-11-20T23:59:59Z", "2026-11-21T00:00:00Z"},
    {"DateLessThanEquals", "2026-11-21", "2026-11-21T00:00:00Z", "2026-11-21T00:00:01Z"},
    {"DateGreaterThan", "2026-11-21", "2026-11-21T00:00:01Z", "2026-11-21T00:00:00Z"},
    {"DateGreaterThanEquals", "2026-11-21", "2026-11-21T00:00:00Z", "2026-11-20T23:59:59Z"},
    {"Bool", "true", "True", "false"},
    {"BinaryEquals", "QmluYXJ5", "QmluYXJ5", "QmluYXJ6"},
    {"IpAddress", "203.0.113.0/24", "203.0.113.7", "203.0.114.7"},
    {"IpAddress", "2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"},
    {"IpAddress", "127.0.0.1", "127.0.0.1", "::1"},
    {"NotIpAddress", "203.0.113.0/24", "203.0.114.7", "203.0.113.7"},
    {"ArnEquals", "arn:aws:sns:*:123456789012:a*", "arn:aws:sns:us-east-1:123456789012:ab",
     "arn:aws:sns:us-east-1:1:2:123456789012:ab"},
    {"ArnLike", "arn:aws:s3:::b", "arn:aws:s3:::b", "arn:aws:s3:::c"},
    {"ArnNotEquals", "arn:aws:s3:::b", "arn:aws:s3:::c", "arn:aws:s3:::b"},
    {"ArnNotLike", "arn:aws:s3:::b*", "arn:aws:s3:::c", "arn:aws:s3:::bc"},
};

bool holds(const std::string& operation, const std::vector<std::string>& wanted,
           const Conditions& given) {
  const auto how = parse_operator(operation);
  EXPECT_TRUE(how) << operation;
  Question question;
  question.conditions = given;
  return Condition(*how, "test:Key", wanted, true).holds(Context(question, {}));
}

TEST(Condition, ComparesAsTheOperatorSays) {
  for (const Case& one : cases) {
    EXPECT_TRUE(holds(one.operation, {one.wanted}, {{"test:key", {one.holds}}}))
        << one.operation << one.holds;
    EXPECT_FALSE(holds(one.operation, {one.wanted}, {{"TEST:Key", {one.fails}}}))
        << one.operation << one.fails;
  }
}

TEST(Condition, MissingKeyHoldsOnlyForNegatedAndIfExists) {
  for (const Case& one : cases) {
    const bool negated = one.operation.find("Not") != std::string::npos;
    EXPECT_EQ(holds(one.operation, {one.wanted}, {}), negated) << one.operation;
    EXPECT_TRUE(holds(one.operation + "IfExists", {one.wanted}, {})) << one.operation;
    EXPECT_TRUE(holds(one.operation + "IfExists", {one.wanted}, {{"test:Key", {one.holds}}}))
        << one.operation;
    EXPECT_FALSE(holds(one.operation + "IfExists", {one.wanted}, {{"test:Key", {one.fails}}}))
        << one.operation;
  }
}

TEST(Condition, ForAllValuesNeedsEachValueAndHoldsForNone) {
  for (const Case& one : cases) {
    const std::string operation = "ForAllValues:" + one.operation;
    EXPECT_TRUE(holds(operation, {one.wanted}, {{"test:Key", {one.holds, one.holds}}}))
        << operation;
    EXPECT_FALSE(holds(operation, {one.wanted}, {{"test:Key", {one.holds, one.fails}}}))
        << operation;
    EXPECT_TRUE(holds(operation, {one.wanted}, {})) << operation;
  }
}

TEST(Condition, ForAnyValueNeedsOneValue) {
  for (const Case& one : cases) {
    const std::string operation = "ForAnyValue:" + one.operation;
    EXPECT_TRUE(holds(operation, {one.wanted}, {{"test:Key", {one.fails, one.holds}}}))
        << operation;
    EXPECT_FALSE(holds(operation, {one.wanted}, {{"test:Key", {one.fails}}})) << operation;
    EXPECT_FALSE(holds(operation, {one.wanted}, {})) << operation;
    EXPECT_FALSE(holds(operation + "IfExists", {one.wanted}, {})) << operation;
  }
}

TEST(Condition, OneOfSeveralWantedValuesIsEnoughAndNegationRefusesAll) {
  EXPECT_TRUE(holds("StringEquals", {"a", "b"}, {{"test:Key", {"b"}}}));
  EXPECT_FALSE(holds("StringNotEquals", {"a", "b"}, {{"test:Key", {"b"}}}));
  EXPECT_TRUE(holds("StringNotEquals", {"a", "b"}, {{"test:Key", {"c"}}}));
}

TEST(Condition, WithoutASetOperatorOneValueIsEnoughAndNegationNeedsAll) {
  const Conditions given{{"test:Key", {"a", "b"}}};
  EXPECT_TRUE(holds("StringEquals", {"a"}, given));
  EXPECT_FALSE(holds("StringNotEquals", {"a"}, given));
  EXPECT_TRUE(holds("StringNotEquals", {"c"}, given));
  EXPECT_TRUE(holds("ForAnyValue:StringNotEquals", {"a"}, given));
}

TEST(Condition, AKeyWithoutValuesIsMissing) {
  EXPECT_TRUE(holds("Null", {"true"}, {{"test:Key", {}}}));
  EXPECT_FALSE(holds("StringEquals", {"a"}, {{"test:Key", {}}}));
}

TEST(Condition, KnowsTheKeysThatItsVariablesName) {
  std::vector<std::string> keys;
  for (const char* operation : {"StringLike", "ArnLike"}) {
    Condition(*parse_operator(operation), "test:Key", {"a/${test:a}/${test:b}", "${test:c,'d'}"},
              true)
        .add_variables(keys);
  }
  EXPECT_EQ(keys,
            (std::vector<std::string>{"test:a", "test:b", "test:c", "test:a", "test:b", "test:c"}));
}

TEST(Condition, NullAsksWhetherTheKeyIsThere) {
  EXPECT_TRUE(holds("Null", {"true"}, {}));
  EXPECT_FALSE(holds("Null", {"true"}, {{"test:Key", {"x"}}}));
  EXPECT_TRUE(holds("Null", {"false"}, {{"test:Key", {"x"}}}));
  EXPECT_FALSE(holds("Null", {"false"}, {}));
  EXPECT_TRUE(holds("Null", {"true", "false"}, {}));
}

TEST(Condition, ValuesThatAreNotOfTheTypeNeverCompare) {
  EXPECT_FALSE(holds("NumericEquals", {"ten"}, {{"test:Key", {"ten"}}}));
  EXPECT_FALSE(holds("DateLessThan", {"tomorrow"}, {{"test:Key", {"2026-11-21T00:00:00Z"}}}));
  EXPECT_FALSE(holds("IpAddress", {"10.0.0.0/33"}, {{"test:Key", {"10.0.0.1"}}}));
  EXPECT_FALSE(holds("Bool", {"yes"}, {{"test:Key", {"yes"}}}));
}

TEST(Condition, VariablesStandForTheRequestsOwnKeys) {
  const Conditions given{{"test:Key", {"home/ann"}}, {"test:name", {"ann"}}};
  EXPECT_TRUE(holds("StringEquals", {"home/${test:Name}"}, given));
  EXPECT_FALSE(holds("StringEquals", {"home/${test:other}"}, given));
  EXPECT_TRUE(holds("StringEquals", {"home/${test:other, 'ann'}"}, given));
}

TEST(Operator, IsWrittenAsItWasRead) {
  for (const Case& one : cases) {
    for (const std::string set : {"", "ForAllValues:", "ForAnyValue:"}) {
      for (const std::string suffix : {"", "IfExists"}) {
        const std::string text = set + one.operation + suffix;
        EXPECT_EQ(to_text(*parse_operator(text)), text);
      }
    }
  }
}

TEST(Operator, UnknownNamesAreNone) {
  for (const char* name : {"StringEqual", "NumericLike", "ForAllValues:Null", "NullIfExists",
                           "ForSomeValues:Bool", ""}) {
    EXPECT_FALSE(parse_operator(name)) << name;
  }
}

}  // namespace
}  // namespace millrace::policy
