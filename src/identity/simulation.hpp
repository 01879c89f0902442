// What policies would decide about a question, with what led to it: for the policy simulator.
#pragma once

#include "identity/decision.hpp"
#include "identity/directory.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

struct Simulated {
  Standing standing;
  Principal principal;
};
// The user or role with this ARN; nothing when the ARN names neither, or another account's. Throws
// NoSuchEntity.
[[nodiscard]] std::optional<Simulated> simulated(Directory& directory, std::string_view account,
                                                 std::string_view arn);

struct Simulation {
  Decision decision;
  std::vector<std::string> matched_policies;  // of the identity, by name
  std::vector<std::string> missing_keys;      // that conditions ask for and the question lacks
  std::optional<bool> boundary_allows;        // when there is a boundary
};
[[nodiscard]] Simulation simulate(const Standing& standing, const Question& question,
                                  base::Timestamp now);

}  // namespace millrace::identity
