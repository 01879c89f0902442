// A value of S3 Select as a text of the engine: its type's letter, then itself. MISSING is the
// engine's NULL.
#pragma once

#include "sql/engine.hpp"

#include <string>
#include <string_view>

namespace millrace::sql::select {

namespace tag {
constexpr char null = 'n';  // nothing follows this one and the next two
constexpr char yes = 't';
constexpr char no = 'f';
constexpr char integer = 'i';
constexpr char decimal = 'd';
constexpr char real = 'r';     // a number of 64 bits
constexpr char instant = 'w';  // a timestamp, as Timestamp writes it
constexpr char text = 's';
constexpr char list = 'l';    // compact JSON
constexpr char object = 'o';  // compact JSON
}  // namespace tag

[[nodiscard]] inline std::string tagged(char type, std::string_view value = {}) {
  std::string out(1, type);
  return out.append(value);
}
[[nodiscard]] inline bool is_null(const Text& value) {
  return !value || value->front() == tag::null;
}
[[nodiscard]] inline std::string_view payload(std::string_view value) { return value.substr(1); }

}  // namespace millrace::sql::select
