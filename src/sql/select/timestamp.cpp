#include "sql/select/timestamp.hpp"

#include "sql/select/error.hpp"
#include "sql/select/value.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace millrace::sql::select {
namespace {

using Precision = Timestamp::Precision;

constexpr std::int64_t day_seconds = 86'400;

std::int64_t days_of(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

int last_day(int year, int month) {
  const std::chrono::year_month_day_last last(
      std::chrono::year(year),
      std::chrono::month_day_last(std::chrono::month(static_cast<unsigned>(month))));
  return static_cast<int>(static_cast<unsigned>(last.day()));
}

std::int64_t local_seconds(const Timestamp& t) {
  return days_of(t.year, t.month, t.day) * day_seconds + t.hour * 3600 + t.minute * 60 + t.second;
}

std::int64_t utc_seconds(const Timestamp& t) {
  return local_seconds(t) - t.offset_minutes.value_or(0) * 60;
}

// The text cut from its front, field by field.
class Fields {
 public:
  explicit Fields(std::string_view rest) : rest_(rest) {}
  bool number(std::size_t digits, int& into, int least, int most) {
    if (rest_.size() < digits) return false;
    into = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return false;
      into = into * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return into >= least && into <= most;
  }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string digits() {
    const std::size_t end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    std::string found(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return found;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

bool read_offset(Fields& fields, Timestamp& t) {
  if (fields.at_end()) return true;
  if (fields.take('Z')) {
    t.offset_minutes = 0;
    return fields.at_end();
  }
  const bool is_west = fields.take('-');
  if (!is_west && !fields.take('+')) return false;
  int hours = 0;
  int minutes = 0;
  if (!fields.number(2, hours, 0, 23) || !fields.take(':') || !fields.number(2, minutes, 0, 59))
    return false;
  const int offset = hours * 60 + minutes;
  if (!is_west || offset != 0) t.offset_minutes = is_west ? -offset : offset;
  return fields.at_end();
}

bool read_time(Fields& fields, Timestamp& t) {
  t.precision = Precision::minute;
  if (!fields.number(2, t.hour, 0, 23) || !fields.take(':') || !fields.number(2, t.minute, 0, 59))
    return false;
  if (fields.take(':')) {
    t.precision = Precision::second;
    if (!fields.number(2, t.second, 0, 59)) return false;
    if (fields.take('.')) {
      t.fraction = fields.digits();
      if (t.fraction.empty()) return false;
    }
  }
  return read_offset(fields, t);
}

std::string padded(int value, std::size_t width) {
  std::string text = std::to_string(value);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

std::string offset_text(const std::optional<int>& offset) {
  if (!offset) return "-00:00";
  if (*offset == 0) return "Z";
  const int size = std::abs(*offset);
  return (*offset < 0 ? "-" : "+") + padded(size / 60, 2) + ":" + padded(size % 60, 2);
}

void check_year(std::int64_t year) {
  if (year < 1 || year > 9999)
    throw SelectError("IllegalSqlFunctionArgument", "a year beyond 1 to 9999");
}

Timestamp with_months(Timestamp t, std::int64_t months) {
  constexpr std::int64_t most = 12 * 10'000;
  if (months > most || months < -most) check_year(0);
  const std::int64_t all = t.year * 12 + (t.month - 1) + months;
  check_year(all >= 0 ? all / 12 : 0);
  t.year = static_cast<int>(all / 12);
  t.month = static_cast<int>(all % 12) + 1;
  t.day = std::min(t.day, last_day(t.year, t.month));
  return t;
}

Timestamp with_seconds(Timestamp t, std::int64_t seconds) {
  constexpr std::int64_t most = day_seconds * 366 * 10'000;
  if (seconds > most || seconds < -most) check_year(0);
  const std::int64_t all = local_seconds(t) + seconds;
  const std::int64_t in_day = ((all % day_seconds) + day_seconds) % day_seconds;
  const std::chrono::sys_days days{std::chrono::days((all - in_day) / day_seconds)};
  const std::chrono::year_month_day date(days);
  check_year(static_cast<int>(date.year()));
  t.year = static_cast<int>(date.year());
  t.month = static_cast<int>(static_cast<unsigned>(date.month()));
  t.day = static_cast<int>(static_cast<unsigned>(date.day()));
  t.hour = static_cast<int>(in_day / 3600);
  t.minute = static_cast<int>(in_day / 60 % 60);
  t.second = static_cast<int>(in_day % 60);
  return t;
}

std::int64_t seconds_in(DatePart part) {
  if (part == DatePart::day) return day_seconds;
  if (part == DatePart::hour) return 3600;
  return part == DatePart::minute ? 60 : 1;
}

Timestamp in_utc(const Timestamp& t) {
  Timestamp moved = with_seconds(t, -std::int64_t{t.offset_minutes.value_or(0)} * 60);
  moved.offset_minutes = 0;
  return moved;
}

// Whole months between two times of UTC, the first not later.
std::int64_t months_between(const Timestamp& a, const Timestamp& b) {
  std::int64_t months = (b.year - a.year) * 12 + (b.month - a.month);
  const std::array in_a{a.day, a.hour, a.minute, a.second};
  const std::array in_b{b.day, b.hour, b.minute, b.second};
  if (months > 0 && in_b < in_a) --months;
  return months;
}

}  // namespace

DatePart date_part(std::string_view name) {
  constexpr std::array names = {"YEAR",   "MONTH",  "DAY",           "HOUR",
                                "MINUTE", "SECOND", "TIMEZONE_HOUR", "TIMEZONE_MINUTE"};
  return static_cast<DatePart>(std::ranges::find(names, name) - names.begin());
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  Fields fields(text);
  Timestamp t;
  t.precision = Precision::year;
  if (!fields.number(4, t.year, 1, 9999)) return std::nullopt;
  if (!fields.take('-'))
    return fields.take('T') && fields.at_end() ? std::optional(t) : std::nullopt;
  t.precision = Precision::month;
  if (!fields.number(2, t.month, 1, 12)) return std::nullopt;
  if (!fields.take('-'))
    return fields.take('T') && fields.at_end() ? std::optional(t) : std::nullopt;
  t.precision = Precision::day;
  if (!fields.number(2, t.day, 1, last_day(t.year, t.month))) return std::nullopt;
  if (fields.at_end()) return t;
  if (!fields.take('T')) return std::nullopt;
  if (fields.at_end()) return t;
  return read_time(fields, t) ? std::optional(t) : std::nullopt;
}

std::string to_text(const Timestamp& t) {
  std::string text = padded(t.year, 4);
  if (t.precision == Precision::year) return text + "T";
  text += "-" + padded(t.month, 2);
  if (t.precision == Precision::month) return text + "T";
  text += "-" + padded(t.day, 2);
  if (t.precision == Precision::day) return text;
  text += "T" + padded(t.hour, 2) + ":" + padded(t.minute, 2);
  if (t.precision == Precision::second) text += ":" + padded(t.second, 2);
  if (!t.fraction.empty()) text += "." + t.fraction;
  return text + offset_text(t.offset_minutes);
}

std::strong_ordering compare(const Timestamp& a, const Timestamp& b) {
  if (const auto order = utc_seconds(a) <=> utc_seconds(b); order != 0) return order;
  const std::size_t width = std::max(a.fraction.size(), b.fraction.size());
  std::string left = a.fraction;
  std::string right = b.fraction;
  left.resize(width, '0');
  right.resize(width, '0');
  return left <=> right;
}

Timestamp add(const Timestamp& to, DatePart part, std::int64_t quantity) {
  constexpr std::int64_t most = 1'000'000'000'000;
  if (quantity > most || quantity < -most) check_year(0);
  Timestamp sum = to;
  if (part == DatePart::year || part == DatePart::month) {
    sum = with_months(to, part == DatePart::year ? quantity * 12 : quantity);
  } else {
    sum = with_seconds(to, quantity * seconds_in(part));
  }
  constexpr std::array needed = {Precision::year,   Precision::month,  Precision::day,
                                 Precision::minute, Precision::minute, Precision::second};
  sum.precision = std::max(sum.precision, needed[static_cast<std::size_t>(part)]);
  return sum;
}

std::int64_t difference(const Timestamp& a, const Timestamp& b, DatePart part) {
  if (compare(b, a) < 0) return -difference(b, a, part);
  if (part == DatePart::year) return months_between(in_utc(a), in_utc(b)) / 12;
  if (part == DatePart::month) return months_between(in_utc(a), in_utc(b));
  return (utc_seconds(b) - utc_seconds(a)) / seconds_in(part);
}

std::string extract(const Timestamp& t, DatePart part) {
  const int offset = t.offset_minutes.value_or(0);
  const std::array fields = {t.year,   t.month,  t.day,       t.hour,
                             t.minute, t.second, offset / 60, offset % 60};
  const int field = fields[static_cast<std::size_t>(part)];
  if (part == DatePart::second && !t.fraction.empty())
    return tagged(tag::decimal, std::to_string(field) + "." + t.fraction);
  return tagged(tag::integer, std::to_string(field));
}

}  // namespace millrace::sql::select
