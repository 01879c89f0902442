// Wildcards and policy variables of the plain specification: slow, and short enough to be seen to
// be right.
#pragma once

#include "policy/testing/plain_case.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::policy::testing {

// One character of a pattern, once its variables are replaced. A wildcard within a segment matches
// no colon.
struct Mark {
  enum class Kind { letter, any_one, any_run, one_within, run_within };
  Kind kind = Kind::letter;
  char letter = 0;
};
using Marks = std::vector<Mark>;

// The value of a condition key that has one, for variables.
using ValueOf = std::function<std::optional<std::string>(std::string_view key)>;

struct Reading {
  bool wildcards = true;
  const ValueOf* variables = nullptr;  // null: `${` has no meaning
};

// Nothing where a variable has no value.
[[nodiscard]] std::optional<Marks> marks_of(std::string_view text, const Reading& reading);

[[nodiscard]] bool matches(const Marks& pattern, std::string_view text);
// Both in lower case, with wildcards alone.
[[nodiscard]] bool matches_any_case(std::string_view pattern, std::string_view text);

// The six parts of an ARN; the last one has what colons follow. Fewer for what is none. A
// variable's colons are its own.
[[nodiscard]] Texts arn_parts(std::string_view text, bool has_variables = false);

[[nodiscard]] std::string lower_case(std::string_view text);

}  // namespace millrace::policy::testing
