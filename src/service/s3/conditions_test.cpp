// Which header decides when several are given.
#include "service/s3/conditions.hpp"

#include <gtest/gtest.h>

namespace millrace::service::s3 {
namespace {

constexpr base::Timestamp noon{base::Milliseconds(1'700'000'000'000)};
constexpr base::Timestamp later = noon + std::chrono::seconds(1);
constexpr base::Timestamp earlier = noon - std::chrono::seconds(1);

objects::ObjectInfo object() {
  objects::ObjectInfo info;
  info.etag = "abc";
  info.modified = noon;
  return info;
}

Verdict verdict(const Conditions& conditions) { return judge(conditions, object()).verdict; }

TEST(Conditions, HoldWhenNoneIsGiven) { EXPECT_EQ(verdict({}), Verdict::holds); }

TEST(Conditions, CompareEtagsQuotedOrNotInLists) {
  Conditions conditions;
  for (const char* list : {"abc", "\"abc\"", "\"x\", \"abc\"", "*", "W/\"abc\""}) {
    conditions.match = list;
    EXPECT_EQ(verdict(conditions), Verdict::holds) << list;
  }
  conditions.match = "\"abd\"";
  EXPECT_EQ(verdict(conditions), Verdict::failed);
}

TEST(Conditions, LetAMatchOverrideTheUnmodifiedDate) {
  Conditions conditions;
  conditions.unmodified_since = earlier;
  EXPECT_EQ(verdict(conditions), Verdict::failed);
  conditions.match = "abc";
  EXPECT_EQ(verdict(conditions), Verdict::holds);
}

TEST(Conditions, LetADifferenceOverrideTheModifiedDate) {
  Conditions conditions;
  conditions.modified_since = later;
  EXPECT_EQ(verdict(conditions), Verdict::not_modified);
  conditions.none_match = "other";
  EXPECT_EQ(verdict(conditions), Verdict::holds);
  conditions.none_match = "abc";
  conditions.modified_since = earlier;
  EXPECT_EQ(verdict(conditions), Verdict::not_modified);
}

TEST(Conditions, CompareWholeSeconds) {
  Conditions conditions;
  conditions.modified_since = noon;
  EXPECT_EQ(verdict(conditions), Verdict::not_modified);
  conditions = {};
  conditions.unmodified_since = noon;
  EXPECT_EQ(verdict(conditions), Verdict::holds);
}

TEST(WriteConditions, AskForAnEtagOrForAbsence) {
  EXPECT_EQ(to_precondition({.match = "\"abc\"", .none_match = {}}).etag, "abc");
  EXPECT_TRUE(to_precondition({.match = {}, .none_match = "*"}).absent);
  EXPECT_THROW(static_cast<void>(to_precondition({.match = {}, .none_match = "abc"})), aws::Error);
}

}  // namespace
}  // namespace millrace::service::s3
