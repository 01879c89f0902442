// Services that are trusted with an organisation, and member accounts that may act for its
// management account. All throw Refused.
#pragma once

#include "organizations/organization.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::organizations {

void trust_service(Organization& organization, const std::string& principal, base::Timestamp now);
void distrust_service(Organization& organization, const std::string& principal);

void register_delegate(Organization& organization, std::string_view account,
                       const std::string& principal, base::Timestamp now);
void deregister_delegate(Organization& organization, std::string_view account,
                         const std::string& principal, base::Timestamp now);

// Throws policy::UnsupportedPolicy too.
const ResourcePolicy& put_resource_policy(Organization& organization, const std::string& content,
                                          const store::Tags& tags, base::Random& random);
void erase_resource_policy(Organization& organization);
[[noreturn]] void no_resource_policy();
[[nodiscard]] std::shared_ptr<const policy::Policy> parse_resource_policy(
    const std::string& content);

[[nodiscard]] bool is_service_principal(std::string_view principal);
void check_service_principal(std::string_view principal);

// What a member account may ask of its organisation: what every member may, what delegated
// administrators may read, and what the resource policy says. The caller's own policies must allow
// it too.
[[nodiscard]] std::shared_ptr<const policy::Policy> policy_for_member(
    const Organization& organization, std::string_view account);
// Whether every member may ask it, whatever else it may.
[[nodiscard]] bool is_of_every_member(std::string_view action);
// What the account that received a handshake may do with it.
[[nodiscard]] std::shared_ptr<const policy::Policy> policy_for_recipient(std::string_view account);

}  // namespace millrace::organizations
