// Which code and words a service has for input that breaks its model: malformed bytes, violated
// constraints, unknown members.
#pragma once

#include "aws/error.hpp"
#include "aws/operation.hpp"
#include "aws/protocol.hpp"
#include "aws/validation.hpp"

#include <vector>

namespace millrace::aws {

[[nodiscard]] Error malformed_input(const Malformed& malformed, const Wire& wire);
[[nodiscard]] Error violated_input(const std::vector<Violation>& violations, const Wire& wire,
                                   const ErrorTable& table, std::string_view region);
// The codes of a service that no table has: those that most services of its protocol have.
[[nodiscard]] ErrorTable common_errors(Protocol protocol);
// 501, naming operation and members: unknown ones, or such that `read` did not take.
[[nodiscard]] Error unknown_members(const std::string& operation, const UnknownMembers& members);
[[nodiscard]] Error refused_members(const std::string& operation,
                                    const std::vector<std::string>& members);
[[nodiscard]] Error not_built(const std::string& service, const std::string& operation);

}  // namespace millrace::aws
