// Timestamps as the examples of AWS's documentation have them.
#include "sql/select/timestamp.hpp"

#include "sql/select/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace millrace::sql::select {
namespace {

Timestamp at(const char* text) { return parse_timestamp(text).value(); }

std::string added(const char* part, std::int64_t quantity, const char* to) {
  return to_text(add(at(to), date_part(part), quantity));
}

TEST(Timestamp, ReadsAndWritesEachPrecision) {
  for (const char* text :
       {"2007T", "2007-02T", "2007-02-23", "2007-02-23T12:14Z", "2007-02-23T12:14:33Z",
        "2007-02-23T12:14:33.079-08:00", "2007-02-23T12:14-00:00"})
    EXPECT_EQ(to_text(at(text)), text);
  EXPECT_EQ(to_text(at("2007-02-23T")), "2007-02-23");
  for (const char* text : {"", "2007", "2007-02", "2007-02-30", "2007-02-23T12Z", "0000T",
                           "2007-02-23T24:00Z", "2007-02-23T12:14:33.Z", "2007-02-23T12:14Zx"})
    EXPECT_FALSE(parse_timestamp(text)) << text;
}

TEST(Timestamp, IsAddedTo) {
  EXPECT_EQ(added("YEAR", 5, "2010-01-01T"), "2015-01-01");
  EXPECT_EQ(added("MONTH", 1, "2010T"), "2010-02T");
  EXPECT_EQ(added("MONTH", 13, "2010T"), "2011-02T");
  EXPECT_EQ(added("DAY", -1, "2017-01-10T"), "2017-01-09");
  EXPECT_EQ(added("HOUR", 1, "2017T"), "2017-01-01T01:00-00:00");
  EXPECT_EQ(added("HOUR", 1, "2017-01-02T03:04Z"), "2017-01-02T04:04Z");
  EXPECT_EQ(added("MINUTE", 1, "2017-01-02T03:04:05.006Z"), "2017-01-02T03:05:05.006Z");
  EXPECT_EQ(added("SECOND", 1, "2017-01-02T03:04:05.006Z"), "2017-01-02T03:04:06.006Z");
  EXPECT_EQ(added("MONTH", 1, "2020-01-31T"), "2020-02-29");
  EXPECT_EQ(added("MONTH", -1, "2020-01-31T"), "2019-12-31");
  EXPECT_THROW(added("YEAR", 9000, "2020T"), SelectError);
  EXPECT_THROW(added("SECOND", -9'000'000'000'000'000'000, "2020T"), SelectError);
}

TEST(Timestamp, Differs) {
  const auto difference_of = [](const char* part, const char* a, const char* b) {
    return difference(at(a), at(b), date_part(part));
  };
  EXPECT_EQ(difference_of("YEAR", "2010-01-01T", "2011-01-01T"), 1);
  EXPECT_EQ(difference_of("MONTH", "2010T", "2010-05T"), 4);
  EXPECT_EQ(difference_of("MONTH", "2010T", "2011T"), 12);
  EXPECT_EQ(difference_of("MONTH", "2011T", "2010T"), -12);
  EXPECT_EQ(difference_of("DAY", "2010-01-01T23:00Z", "2010-01-02T01:00Z"), 0);
  EXPECT_EQ(difference_of("HOUR", "2010-01-01T23:00Z", "2010-01-02T01:00Z"), 2);
}

TEST(Timestamp, GivesItsParts) {
  const auto part_of = [](const char* part, const char* text) {
    return extract(at(text), date_part(part));
  };
  EXPECT_EQ(part_of("YEAR", "2010-01-01T"), "i2010");
  EXPECT_EQ(part_of("MONTH", "2010T"), "i1");
  EXPECT_EQ(part_of("MONTH", "2010-10T"), "i10");
  EXPECT_EQ(part_of("HOUR", "2017-01-02T03:04:05+07:08"), "i3");
  EXPECT_EQ(part_of("MINUTE", "2017-01-02T03:04:05+07:08"), "i4");
  EXPECT_EQ(part_of("TIMEZONE_HOUR", "2017-01-02T03:04:05+07:08"), "i7");
  EXPECT_EQ(part_of("TIMEZONE_MINUTE", "2017-01-02T03:04:05+07:08"), "i8");
  EXPECT_EQ(part_of("SECOND", "2017-01-02T03:04:05.25Z"), "d5.25");
}

TEST(Timestamp, IsFormatted) {
  const Timestamp landing = at("1969-07-20T20:18Z");
  EXPECT_EQ(format(landing, "MMMM d, y"), "July 20, 1969");
  EXPECT_EQ(format(landing, "MMM d, yyyy"), "Jul 20, 1969");
  EXPECT_EQ(format(landing, "M-d-yy"), "7-20-69");
  EXPECT_EQ(format(landing, "MM-d-y"), "07-20-1969");
  EXPECT_EQ(format(landing, "MMMM d, y h:m a"), "July 20, 1969 8:18 PM");
  EXPECT_EQ(format(landing, "y-MM-dd'T'H:m:ssX"), "1969-07-20T20:18:00Z");
  EXPECT_EQ(format(at("1969-07-20T20:18+08:00"), "y-MM-dd'T'H:m:ssXXXX"),
            "1969-07-20T20:18:00+0800");
  EXPECT_EQ(format(at("1969-07-20T20:18+08:00"), "y-MM-dd'T'H:m:ssXXXXX"),
            "1969-07-20T20:18:00+08:00");
  EXPECT_EQ(format(at("1969-07-20T00:18:01.5Z"), "hh.SSS n 'it''s'"), "12.500 500000000 it's");
  EXPECT_THROW(static_cast<void>(format(landing, "w")), SelectError);
  EXPECT_THROW(static_cast<void>(format(landing, "'open")), SelectError);
  EXPECT_THROW(static_cast<void>(format(landing, "MMMMMM")), SelectError);
}

}  // namespace
}  // namespace millrace::sql::select
