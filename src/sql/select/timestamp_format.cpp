// TO_STRING's patterns: runs of a letter stand for a field, text stands between apostrophes.
#include "sql/select/error.hpp"
#include "sql/select/timestamp.hpp"

#include <array>
#include <cstdlib>

namespace millrace::sql::select {
namespace {

constexpr std::array months = {"January",   "February", "March",    "April",
                               "May",       "June",     "July",     "August",
                               "September", "October",  "November", "December"};

std::string padded(int value, std::size_t width) {
  std::string text = std::to_string(value);
  return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

[[noreturn]] void refuse(char letter, std::size_t count) {
  throw SelectError("EvaluatorInvalidTimestampFormatPatternSymbol", std::string(count, letter));
}

std::string one_or_two(int value, char letter, std::size_t count) {
  if (count > 2) refuse(letter, count);
  return padded(value, count);
}

std::string year(const Timestamp& t, std::size_t count) {
  if (count == 1) return std::to_string(t.year);
  if (count == 2) return padded(t.year % 100, 2);
  if (count == 4) return padded(t.year, 4);
  refuse('y', count);
}

std::string month(const Timestamp& t, std::size_t count) {
  std::string name = months[static_cast<std::size_t>(t.month - 1)];
  if (count <= 2) return padded(t.month, count);
  if (count == 3) return name.substr(0, 3);
  if (count == 4) return name;
  if (count == 5) return name.substr(0, 1);
  refuse('M', count);
}

// S: as many digits of the second's fraction; n: nanoseconds.
std::string fraction(const Timestamp& t, std::size_t count) {
  std::string digits = t.fraction;
  digits.resize(count, '0');
  return digits;
}

std::string nanoseconds(const Timestamp& t, std::size_t count) {
  if (count != 1) refuse('n', count);
  return std::to_string(std::atol(fraction(t, 9).c_str()));
}

// X writes Z for UTC, x never does.
std::string offset(const Timestamp& t, char letter, std::size_t count) {
  const int minutes = t.offset_minutes.value_or(0);
  if (count > 5) refuse(letter, count);
  if (minutes == 0 && letter == 'X') return "Z";
  const int size = std::abs(minutes);
  std::string text = (minutes < 0 ? "-" : "+") + padded(size / 60, 2);
  if (count == 1) return text;
  if (count == 3 || count == 5) text += ":";
  return text + padded(size % 60, 2);
}

std::string field(const Timestamp& t, char letter, std::size_t count) {
  switch (letter) {
    case 'y':
      return year(t, count);
    case 'M':
      return month(t, count);
    case 'd':
      return one_or_two(t.day, letter, count);
    case 'a':
      return t.hour < 12 ? "AM" : "PM";
    case 'h':
      return one_or_two((t.hour + 11) % 12 + 1, letter, count);
    case 'H':
      return one_or_two(t.hour, letter, count);
    case 'm':
      return one_or_two(t.minute, letter, count);
    case 's':
      return one_or_two(t.second, letter, count);
    case 'S':
      return fraction(t, count);
    case 'n':
      return nanoseconds(t, count);
    case 'X':
    case 'x':
      return offset(t, letter, count);
    default:
      refuse(letter, count);
  }
}

// Behind an apostrophe; two of them stand for one, inside of a text too.
std::string quoted(std::string_view pattern, std::size_t& at) {
  std::string text;
  if (pattern.substr(at).starts_with('\'')) {
    ++at;
    return "'";
  }
  while (true) {
    const std::size_t end = pattern.find('\'', at);
    if (end == std::string_view::npos)
      throw SelectError("EvaluatorUnterminatedTimestampFormatPatternToken");
    text += pattern.substr(at, end - at);
    at = end + 1;
    if (!pattern.substr(at).starts_with('\'')) return text;
    text += '\'';
    ++at;
  }
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

std::string format(const Timestamp& timestamp, std::string_view pattern) {
  std::string out;
  for (std::size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '\'') {
      ++at;
      out += quoted(pattern, at);
    } else if (is_letter(c)) {
      const std::size_t end = std::min(pattern.find_first_not_of(c, at), pattern.size());
      out += field(timestamp, c, end - at);
      at = end;
    } else {
      out += c;
      ++at;
    }
  }
  return out;
}

}  // namespace millrace::sql::select
