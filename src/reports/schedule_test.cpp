// On which days reports are due.
#include "reports/schedule.hpp"

#include <gtest/gtest.h>

namespace millrace::reports {
namespace {

using std::chrono::days;

constexpr Day sunday = std::chrono::year(2026) / 11 / 22;

TEST(Schedule, TheFirstReportIsDueOnTheNextDay) {
  const Progress asked{.since = sunday + days(2), .last = std::nullopt};
  for (const Frequency frequency : {Frequency::daily, Frequency::weekly}) {
    EXPECT_FALSE(is_due(frequency, asked, sunday + days(2)));
    EXPECT_TRUE(is_due(frequency, asked, sunday + days(3)));
  }
}

TEST(Schedule, ThenTheyAreDailyOrOnSundays) {
  const Progress told{.since = sunday, .last = sunday + days(3)};
  EXPECT_FALSE(is_due(Frequency::daily, told, sunday + days(3)));
  EXPECT_TRUE(is_due(Frequency::daily, told, sunday + days(4)));
  EXPECT_FALSE(is_due(Frequency::weekly, told, sunday + days(6)));
  EXPECT_TRUE(is_due(Frequency::weekly, told, sunday + days(7)));
  // A server that was not there on Sunday makes up for it.
  EXPECT_TRUE(is_due(Frequency::weekly, told, sunday + days(9)));
  const Progress on_sunday{.since = sunday, .last = sunday + days(7)};
  EXPECT_FALSE(is_due(Frequency::weekly, on_sunday, sunday + days(13)));
  EXPECT_TRUE(is_due(Frequency::weekly, on_sunday, sunday + days(14)));
}

}  // namespace
}  // namespace millrace::reports
