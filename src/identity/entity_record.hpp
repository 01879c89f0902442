// Users, roles and managed policies as records of the store, and back.
#pragma once

#include "identity/entities.hpp"
#include "store/records.hpp"

#include <string_view>

namespace millrace::identity {

constexpr std::string_view user_kind = "iam/user";
constexpr std::string_view role_kind = "iam/role";
constexpr std::string_view policy_kind = "iam/policy";

[[nodiscard]] store::Key entity_key(std::string_view kind, std::string_view account,
                                    std::string_view name);

[[nodiscard]] store::Record to_record(const User& user);
[[nodiscard]] store::Record to_record(const Role& role);
[[nodiscard]] store::Record to_record(const ManagedPolicy& policy);

[[nodiscard]] User user_from(const store::Record& record, store::Tags tags);
[[nodiscard]] Role role_from(const store::Record& record, store::Tags tags);
[[nodiscard]] ManagedPolicy policy_from(const store::Record& record, store::Tags tags);

}  // namespace millrace::identity
