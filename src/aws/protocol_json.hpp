// Structures as JSON bodies: AWS JSON 1.0 and 1.1, and the bodies of REST-JSON.
#pragma once

#include "aws/scalar.hpp"

#include <string>
#include <string_view>

namespace millrace::aws {

// REST-JSON names members by their location names, AWS JSON by their own.
enum class JsonNames { members, locations };

// The members of `shape` that stand in a JSON body, added to `into`. Throws Malformed.
void parse_json_members(const Shape& shape, std::string_view body, JsonNames names, base::Map& into,
                        UnknownMembers& unknown);
// A document: any JSON. Throws Malformed.
[[nodiscard]] base::Value parse_json_document(std::string_view body);
[[nodiscard]] std::string write_json_members(const Shape& shape, const base::Map& members,
                                             JsonNames names);

}  // namespace millrace::aws
