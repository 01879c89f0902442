// Entities as records of the store, and back.
#pragma once

#include "identity/entities.hpp"
#include "store/records.hpp"

#include <string_view>

namespace millrace::identity {

constexpr std::string_view user_kind = "iam/user";
constexpr std::string_view group_kind = "iam/group";
constexpr std::string_view role_kind = "iam/role";
constexpr std::string_view instance_profile_kind = "iam/instance-profile";
constexpr std::string_view policy_kind = "iam/policy";
constexpr std::string_view entity_kinds = "iam/";  // how they all begin, and others

[[nodiscard]] store::Key entity_key(std::string_view kind, std::string_view account,
                                    std::string_view name);

[[nodiscard]] store::Record to_record(const User& user);
[[nodiscard]] store::Record to_record(const Group& group);
[[nodiscard]] store::Record to_record(const Role& role);
[[nodiscard]] store::Record to_record(const InstanceProfile& profile);
[[nodiscard]] store::Record to_record(const ManagedPolicy& policy);

// Of the five above.
template <class T>
[[nodiscard]] T from_record(const store::Record& record, store::Tags tags);

}  // namespace millrace::identity
