// Time formats, read and written.
#include "base/time.hpp"

#include "base/virtual_clock.hpp"

#include <gtest/gtest.h>

namespace millrace::base {
namespace {

constexpr Timestamp at(std::int64_t milliseconds) { return Timestamp(Milliseconds(milliseconds)); }

TEST(Time, IsWrittenAsAwsWritesIt) {
  EXPECT_EQ(iso8601(at(1795255200000)), "2026-11-21T10:00:00Z");
  EXPECT_EQ(iso8601(at(1795255200120)), "2026-11-21T10:00:00.120Z");
  EXPECT_EQ(iso8601_milliseconds(at(1795255200000)), "2026-11-21T10:00:00.000Z");
  EXPECT_EQ(basic_iso8601(at(1795255200999)), "20261121T100000Z");
  EXPECT_EQ(http_date(at(1795255200000)), "Sat, 21 Nov 2026 10:00:00 GMT");
  EXPECT_EQ(iso8601(at(-1000)), "1969-12-31T23:59:59Z");
}

TEST(Time, IsReadBack) {
  EXPECT_EQ(parse_iso8601("2026-11-21T10:00:00Z"), at(1795255200000));
  EXPECT_EQ(parse_iso8601("2026-11-21T10:00:00.1239Z"), at(1795255200123));
  EXPECT_EQ(parse_iso8601("2026-11-21T11:30:00+01:30"), at(1795255200000));
  EXPECT_EQ(parse_iso8601("2026-11-21T05:00:00-0500"), at(1795255200000));
  EXPECT_EQ(parse_iso8601("2026-11-21"), at(1795219200000));
  EXPECT_EQ(parse_basic_iso8601("20261121T100000Z"), at(1795255200000));
  EXPECT_EQ(parse_http_date("Sat, 21 Nov 2026 10:00:00 GMT"), at(1795255200000));
  EXPECT_EQ(epoch_seconds(at(1500)), 1.5);
  EXPECT_EQ(from_epoch_seconds(1.4999), at(1500));
}

TEST(Time, RefusesWhatIsNone) {
  for (const char* text : {"", "2026", "2026-02-30", "2026-13-01T00:00:00Z", "2026-11-21T24:00:00Z",
                           "2026-11-21T10:00:00Zx", "2026-11-21T10:00:00.Z", "20261121T100000Z"}) {
    EXPECT_FALSE(parse_iso8601(text)) << text;
  }
  EXPECT_FALSE(parse_basic_iso8601("20261121T100000"));
  EXPECT_FALSE(parse_http_date("Sat, 21 Foo 2026 10:00:00 GMT"));
}

TEST(VirtualClock, MovesOnlyTheServiceHand) {
  VirtualClock clock;
  clock.advance(std::chrono::hours(24));
  EXPECT_GE(clock.service() - clock.wall(), std::chrono::hours(24) - Milliseconds(1000));
  EXPECT_EQ(clock.offset(), std::chrono::hours(24));
}

TEST(ManualClock, MovesAllHandsTogether) {
  ManualClock clock(at(1000));
  clock.advance(Milliseconds(500));
  EXPECT_EQ(clock.wall(), at(1500));
  EXPECT_EQ(clock.service(), at(1500));
  EXPECT_EQ(clock.steady(), Milliseconds(500));
}

}  // namespace
}  // namespace millrace::base
