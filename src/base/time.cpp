// The system's clock, and the parsers and writers of AWS's time formats.
#include "base/time.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace millrace::base {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::array<std::string_view, 7> weekdays = {"Sun", "Mon", "Tue", "Wed",
                                                      "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct Fields {
  int year = 1970;
  int month = 1;
  int day = 1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int millisecond = 0;
  int weekday = 0;
};

Fields fields_of(Timestamp time) {
  const auto day = floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<int>(static_cast<unsigned>(date.month())),
          .day = static_cast<int>(static_cast<unsigned>(date.day())),
          .hour = static_cast<int>(clock.hours().count()),
          .minute = static_cast<int>(clock.minutes().count()),
          .second = static_cast<int>(clock.seconds().count()),
          .millisecond = static_cast<int>(clock.subseconds().count()),
          .weekday = static_cast<int>(std::chrono::weekday(day).c_encoding())};
}

std::optional<Timestamp> from_fields(const Fields& f) {
  const std::chrono::year_month_day date(std::chrono::year(f.year),
                                         std::chrono::month(static_cast<unsigned>(f.month)),
                                         std::chrono::day(static_cast<unsigned>(f.day)));
  // A leap second is read as the second after it.
  if (!date.ok() || f.hour > 23 || f.minute > 59 || f.second > 60) return std::nullopt;
  return std::chrono::sys_days(date) + hours(f.hour) + minutes(f.minute) + seconds(f.second) +
         Milliseconds(f.millisecond);
}

template <class... Numbers>
std::string formatted(const char* format, Numbers... numbers) {
  std::array<char, 64> out{};
  const int size = std::snprintf(out.data(), out.size(), format, numbers...);
  return {out.data(), static_cast<std::size_t>(size)};
}

// With leading zeros.
void add_digits(std::string& out, int number, int count) {
  for (int scale = count == 4 ? 1000 : 10; scale > 0; scale /= 10) {
    out += static_cast<char>('0' + number / scale % 10);
  }
}

// Reads a text from its front; once something did not fit, everything after fails too.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    int number = 0;
    if (rest_.size() < count) return fail();
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return fail();
      number = number * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return number;
  }
  bool skip(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  void expect(std::string_view text) {
    if (!skip(text)) fail();
  }
  // One-based; zero when no name fits.
  template <std::size_t Count>
  int name(const std::array<std::string_view, Count>& names) {
    for (std::size_t i = 0; i < Count; ++i) {
      if (skip(names[i])) return static_cast<int>(i) + 1;
    }
    return fail();
  }
  // The digits after a decimal point, as milliseconds.
  int fraction() {
    int value = 0;
    int scale = 100;
    std::size_t used = 0;
    while (used < rest_.size() && rest_[used] >= '0' && rest_[used] <= '9') {
      value += (rest_[used++] - '0') * scale;
      scale /= 10;
    }
    if (used == 0) return fail();
    rest_.remove_prefix(used);
    return value;
  }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return good_ && rest_.empty(); }

 private:
  int fail() {
    good_ = false;
    return 0;
  }
  std::string_view rest_;
  bool good_ = true;
};

// `Z`, `+01:00`, `-0530` or nothing (UTC, as the SDKs read it).
minutes scan_zone(Scanner& in) {
  if (in.skip("Z")) return minutes(0);
  const int sign = in.skip("+") ? 1 : in.skip("-") ? -1 : 0;
  if (sign == 0) return minutes(0);
  const int hour = in.digits(2);
  in.skip(":");
  return minutes(sign * (hour * 60 + in.digits(2)));
}

}  // namespace

Timestamp SystemClock::wall() const {
  return floor<Milliseconds>(std::chrono::system_clock::now());
}

std::chrono::nanoseconds SystemClock::steady() const {
  return std::chrono::steady_clock::now().time_since_epoch();
}

Timestamp SystemClock::service() const { return wall(); }

std::string iso8601(Timestamp time) {
  const Fields f = fields_of(time);
  if (f.millisecond != 0) return iso8601_milliseconds(time);
  return formatted("%04d-%02d-%02dT%02d:%02d:%02dZ", f.year, f.month, f.day, f.hour, f.minute,
                   f.second);
}

std::string iso8601_milliseconds(Timestamp time) {
  const Fields f = fields_of(time);
  return formatted("%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", f.year, f.month, f.day, f.hour, f.minute,
                   f.second, f.millisecond);
}

std::string basic_iso8601(Timestamp time) {
  const Fields f = fields_of(time);
  return formatted("%04d%02d%02dT%02d%02d%02dZ", f.year, f.month, f.day, f.hour, f.minute,
                   f.second);
}

std::string http_date(Timestamp time) {
  const Fields f = fields_of(time);
  // Most answers have one, and printf takes as long as a file's opening.
  std::string text;
  text.reserve(std::string_view("Sun, 06 Nov 1994 08:49:37 GMT").size());
  text.append(weekdays[static_cast<std::size_t>(f.weekday)]).append(", ");
  add_digits(text, f.day, 2);
  text.append(" ").append(months[static_cast<std::size_t>(f.month - 1)]).append(" ");
  add_digits(text, f.year, 4);
  text += ' ';
  add_digits(text, f.hour, 2);
  text += ':';
  add_digits(text, f.minute, 2);
  text += ':';
  add_digits(text, f.second, 2);
  return text.append(" GMT");
}

std::optional<Timestamp> parse_iso8601(std::string_view text) {
  Scanner in(text);
  Fields f;
  f.year = in.digits(4);
  in.expect("-");
  f.month = in.digits(2);
  in.expect("-");
  f.day = in.digits(2);
  if (in.at_end()) return from_fields(f);
  if (!in.skip("T") && !in.skip("t")) in.expect(" ");
  f.hour = in.digits(2);
  in.expect(":");
  f.minute = in.digits(2);
  if (in.skip(":")) f.second = in.digits(2);
  if (in.skip(".")) f.millisecond = in.fraction();
  const minutes zone = scan_zone(in);
  if (!in.at_end()) return std::nullopt;
  const auto local = from_fields(f);
  if (!local) return std::nullopt;
  return *local - zone;
}

std::optional<Timestamp> parse_basic_iso8601(std::string_view text) {
  Scanner in(text);
  Fields f;
  f.year = in.digits(4);
  f.month = in.digits(2);
  f.day = in.digits(2);
  in.expect("T");
  f.hour = in.digits(2);
  f.minute = in.digits(2);
  f.second = in.digits(2);
  in.expect("Z");
  if (!in.at_end()) return std::nullopt;
  return from_fields(f);
}

std::optional<Timestamp> parse_http_date(std::string_view text) {
  Scanner in(text);
  Fields f;
  in.name(weekdays);
  in.expect(", ");
  f.day = in.digits(2);
  in.expect(" ");
  f.month = in.name(months);
  in.expect(" ");
  f.year = in.digits(4);
  in.expect(" ");
  f.hour = in.digits(2);
  in.expect(":");
  f.minute = in.digits(2);
  in.expect(":");
  f.second = in.digits(2);
  in.expect(" GMT");
  if (!in.at_end()) return std::nullopt;
  return from_fields(f);
}

double epoch_seconds(Timestamp time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1000.0;
}

Timestamp from_epoch_seconds(double seconds_since_epoch) {
  return Timestamp(Milliseconds(std::llround(seconds_since_epoch * 1000.0)));
}

}  // namespace millrace::base
