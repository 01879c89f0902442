// A request's members against the model's constraints, in AWS's words.
#pragma once

#include "aws/model.hpp"
#include "base/value.hpp"

#include <string>
#include <vector>

namespace millrace::aws {

struct Violation {
  std::string path;        // lowerCamel, elements as "tags.1.member.key"
  std::string wire_name;   // of the member itself, as it travels
  std::string value;       // as AWS shows it; empty for a missing or sensitive one
  std::string constraint;  // "Member must not be null"
  bool missing = false;
  bool in_head = false;
  bool sensitive = false;
};

// In the model's order of members; at most `violation_limit` are looked for.
constexpr std::size_t violation_limit = 20;
[[nodiscard]] std::vector<Violation> find_violations(const Shape& shape, const base::Value& value);
// "2 validation errors detected: Value 'x' at 'name' failed to satisfy constraint: ...; ..."
[[nodiscard]] std::string validation_message(const std::vector<Violation>& violations);

}  // namespace millrace::aws
