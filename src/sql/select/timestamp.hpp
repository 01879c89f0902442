// Timestamps of S3 Select: a local time of some precision and its offset, as Amazon Ion has them.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::sql::select {

enum class DatePart { year, month, day, hour, minute, second, timezone_hour, timezone_minute };
[[nodiscard]] DatePart date_part(std::string_view name);  // YEAR, ...; one that the parser took

struct Timestamp {
  enum class Precision { year, month, day, minute, second };
  Precision precision = Precision::second;
  int year = 1;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::string fraction;               // digits behind the second's point
  std::optional<int> offset_minutes;  // from UTC; nothing where it is not known, as in a date
};

[[nodiscard]] std::optional<Timestamp> parse_timestamp(std::string_view text);
[[nodiscard]] std::string to_text(const Timestamp& timestamp);
[[nodiscard]] std::strong_ordering compare(const Timestamp& a, const Timestamp& b);
// Throws SelectError beyond the years 1 to 9999.
[[nodiscard]] Timestamp add(const Timestamp& to, DatePart part, std::int64_t quantity);
// Whole parts from `a` to `b`.
[[nodiscard]] std::int64_t difference(const Timestamp& a, const Timestamp& b, DatePart part);
// A tagged value.
[[nodiscard]] std::string extract(const Timestamp& timestamp, DatePart part);
// By a pattern as of TO_STRING; throws SelectError for one that is not valid.
[[nodiscard]] std::string format(const Timestamp& timestamp, std::string_view pattern);

}  // namespace millrace::sql::select
