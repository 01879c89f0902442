// What policies would decide about a question, with what led to it: for the policy simulator.
#pragma once

#include "identity/directory.hpp"
#include "policy/decision.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::identity {

struct Simulated {
  policy::Standing standing;
  policy::Principal principal;
  std::shared_ptr<const policy::Ceiling> ceiling = nullptr;  // over the principal's account
  std::optional<policy::Guard> guard = std::nullopt;  // the resource's policy and owner, if given
};
// The user, role or group with this ARN; nothing when the ARN names none of them, or another
// account's. Throws NoSuchEntity.
[[nodiscard]] std::optional<Simulated> simulated(Directory& directory, std::string_view account,
                                                 std::string_view arn);
// A caller by the ARN of a user or role, whether or not it is there.
[[nodiscard]] std::optional<policy::Principal> simulated_caller(std::string_view arn);

struct MatchedStatement {
  std::string policy;  // its name
  bool is_of_resource = false;
  policy::Span span;
};

struct Simulation {
  policy::Decision decision;
  std::vector<MatchedStatement> matched;    // those that decided
  std::vector<std::string> missing_keys;    // that conditions ask for and the question lacks
  std::optional<bool> boundary_allows;      // when there is a boundary
  std::optional<bool> organizations_allow;  // when there is an organisation
  // Of a resource of another account: what each side says alone, by kind of policy.
  std::vector<std::pair<std::string_view, policy::Decision::Effect>> sides;
};
[[nodiscard]] Simulation simulate(const Simulated& who, const policy::Question& question,
                                  base::Timestamp now);

// The condition keys that policies name, as conditions and as variables, each once and in the order
// of the documents.
[[nodiscard]] std::vector<std::string> context_keys(
    const std::vector<policy::NamedPolicy>& policies);

}  // namespace millrace::identity
