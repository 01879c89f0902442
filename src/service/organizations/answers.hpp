// An organisation's parts and pages as answers show them, and what several operations read.
#pragma once

#include "aws/view.hpp"
#include "base/value.hpp"
#include "organizations/organization.hpp"
#include "service/organizations/service.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::service::organizations {

[[nodiscard]] base::Map organization_answer(const engine::Organization& organization);
[[nodiscard]] base::Map root_answer(const engine::Organization& organization);
[[nodiscard]] base::Map unit_answer(const engine::Organization& organization,
                                    const engine::Unit& unit);
[[nodiscard]] base::Map account_answer(const engine::Organization& organization,
                                       const engine::Member& member);
[[nodiscard]] base::Map policy_summary(const engine::Organization& organization,
                                       const engine::ControlPolicy& policy);
[[nodiscard]] base::Map policy_answer(const engine::Organization& organization,
                                      const engine::ControlPolicy& policy);
[[nodiscard]] base::Map handshake_answer(const engine::Organization& organization,
                                         const engine::Handshake& handshake, base::Timestamp now);
[[nodiscard]] base::Map creation_answer(const engine::Creation& creation);

// The member Tags, checked as AWS checks tags.
[[nodiscard]] store::Tags read_tags(const aws::View& in);
[[nodiscard]] policy::Conditions tag_conditions(const store::Tags& tags);
// organizations:PolicyType
[[nodiscard]] policy::Conditions type_condition(std::string_view type);

struct Paging {
  std::optional<std::string> token;
  std::size_t max_results = 20;
};
[[nodiscard]] Paging read_paging(const aws::View& in);
// Items by a key that orders them and stays theirs.
using Items = std::vector<std::pair<std::string, base::Value>>;
// `scope` ties the token to its list.
[[nodiscard]] base::Map page(Items items, const Paging& paging, std::string_view member,
                             std::string_view scope);

// Of the two types that are decided on; nothing for the others.
[[nodiscard]] std::optional<engine::PolicyType> policy_type(std::string_view text);
// Refuses the others by name.
[[nodiscard]] engine::PolicyType built_policy_type(const std::string& operation,
                                                   const std::string& text);

}  // namespace millrace::service::organizations
