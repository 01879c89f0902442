// The dates that AWS takes in a condition, as those who tried them found.
#include "policy/dates.hpp"

#include <gtest/gtest.h>

#include <string>

namespace millrace::policy {
namespace {

TEST(PolicyDate, HasAYearAndMayHaveMore) {
  for (const char* date :
       {"2026", "2026-01", "2026-12-31", "2026-01-01T", "2026-01-01 10", "2026-01-01T00:00Z",
        "2026-01-01T00:00:00.000Z", "2026-01-01T23:59:59z", "2026-01-01T00:00:00+09:00",
        "2016-12-13t2:00:00.593194+23", "2026-01-01T0:0:0.1-23:59", "2026-01-01T0:0:0.123456789",
        "0T", "01T", "-0", "-292275054", "292278993-01", "2016-12-13T21:20:37.593194+00:00"})
    EXPECT_TRUE(is_policy_date(date)) << date;
}

TEST(PolicyDate, OrIsANumberOfSeconds) {
  EXPECT_TRUE(is_policy_date("1767225600"));
  EXPECT_TRUE(is_policy_date("9223372036854775807"));
  EXPECT_FALSE(is_policy_date("9223372036854775808"));
  EXPECT_FALSE(is_policy_date(""));
}

TEST(PolicyDate, HasNoOtherMarks) {
  const std::string whole = "2026-01-02T03:04:05.6+07:08";
  EXPECT_TRUE(is_policy_date(whole));
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string other = whole;
    other[at] = '~';
    EXPECT_FALSE(is_policy_date(other)) << other;
  }
  for (const char* date : {"tomorrow", "2026/01/01", "~2026-01", "Thu, 01 Jan 2026 00:00:00 GMT",
                           "2026-01-01T00:00~", "2026-01-01T00:00:00ZZ"})
    EXPECT_FALSE(is_policy_date(date)) << date;
}

TEST(PolicyDate, KeepsEachNumberInItsRange) {
  for (const char* date :
       {"2026-00", "2026-13", "2026-01-00", "2026-01-32", "2026-13-45", "2026-01-", "2026-01-01T24",
        "2026-01-01T24:00", "2026-01-01T2:60", "2026-01-01T2:00:60", "2026-01-01T2:00:00.",
        "-292275055", "292278994-01", "2026-01-01T2:00:00.1999999999+10:59",
        "2026-01-01T2:00:00.5+1", "2026-01-01T2:00:00+24:00", "2026-01-01T2:00:00+23:60",
        "2026-01-01T2:00:00+23:5"})
    EXPECT_FALSE(is_policy_date(date)) << date;
}

}  // namespace
}  // namespace millrace::policy
