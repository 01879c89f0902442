#include "aws/scalar.hpp"

#include "base/assert.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <cmath>
#include <limits>

namespace millrace::aws {

namespace {

using base::Value;

[[noreturn]] void refuse(const MemberShape& member, std::string_view text, Malformed::Where where,
                         std::string_view type) {
  throw Malformed("STRING_VALUE can not be converted to " + std::string(type), where,
                  member.wire_name, std::string(text));
}

std::optional<base::Timestamp> any_time(std::string_view text) {
  if (const auto iso = base::parse_iso8601(text)) return iso;
  if (const auto date = base::parse_http_date(text)) return date;
  if (const auto seconds = base::to_number(text)) return base::from_epoch_seconds(*seconds);
  return std::nullopt;
}

std::optional<double> any_number(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return base::to_number(text);
}

bool fits(const Shape& shape, std::int64_t number) {
  return !shape.is_32_bit || (number >= std::numeric_limits<std::int32_t>::min() &&
                              number <= std::numeric_limits<std::int32_t>::max());
}

std::string time_text(TimeFormat format, base::Timestamp time, bool milliseconds) {
  if (format == TimeFormat::epoch) return epoch_text(time);
  if (format == TimeFormat::http_date) return base::http_date(time);
  return milliseconds ? base::iso8601_milliseconds(time) : base::iso8601(time);
}

}  // namespace

TimeFormat time_format(const MemberShape& member, TimeFormat otherwise) {
  if (member.time_format != TimeFormat::unset) return member.time_format;
  return member.shape->time_format != TimeFormat::unset ? member.shape->time_format : otherwise;
}

base::Timestamp time_of(const Value& value) {
  return value.is_time() ? value.time() : base::from_epoch_seconds(value.number());
}

std::string epoch_text(base::Timestamp time) {
  const auto count = time.time_since_epoch().count();
  const bool negative = count < 0;
  const auto size = negative ? -count : count;
  std::string text = (negative ? "-" : "") + std::to_string(size / 1000);
  if (const auto fraction = size % 1000; fraction != 0) {
    const std::string digits = std::to_string(1000 + fraction);
    text += "." + digits.substr(1);
  }
  return text;
}

Value scalar_from_text(const MemberShape& member, std::string_view text, Malformed::Where where) {
  switch (member.shape->kind) {
    case Kind::text:
      return text;
    case Kind::flag:
      if (base::equal_ignoring_case(text, "true")) return true;
      if (base::equal_ignoring_case(text, "false")) return false;
      refuse(member, text, where, "Boolean");
    case Kind::integer:
      if (const auto number = base::to_integer(text); number && fits(*member.shape, *number))
        return *number;
      refuse(member, text, where, member.shape->is_32_bit ? "Integer" : "Long");
    case Kind::number:
      if (const auto number = any_number(text)) return *number;
      refuse(member, text, where, "Double");
    case Kind::time:
      if (const auto time = any_time(text)) return *time;
      refuse(member, text, where, "Timestamp");
    case Kind::blob:
      if (auto bytes = base::from_base64(base::trim(text))) return base::Blob{std::move(*bytes)};
      refuse(member, text, where, "Blob");
    case Kind::structure:
    case Kind::list:
    case Kind::map:
      break;
  }
  throw Malformed("Unexpected field type", where, member.wire_name, std::string(text));
}

std::string scalar_to_text(const MemberShape& member, const Value& value, TimeFormat otherwise,
                           bool milliseconds) {
  if (member.shape->kind == Kind::time) {
    return time_text(time_format(member, otherwise), time_of(value), milliseconds);
  }
  if (value.is_text()) return value.text();
  if (value.is_flag()) return value.flag() ? "true" : "false";
  if (value.is_integer()) return std::to_string(value.integer());
  if (value.is_blob()) return base::base64(value.blob().bytes);
  MILLRACE_ASSERT(value.is_number());
  const double number = value.number();
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
  std::string text;
  base::write_json_number(text, number);
  return text;
}

}  // namespace millrace::aws
