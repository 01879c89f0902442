// What tells the kinds of entities apart: ids, ARNs, records, quotas and AWS's words.
#pragma once

#include "base/arn.hpp"
#include "identity/entity_record.hpp"
#include "identity/ids.hpp"
#include "identity/limits.hpp"

namespace millrace::identity {

struct EntityKind {
  IdKind id;
  std::string_view record;    // the kind of the store's record
  std::string_view arn_type;  // before the path
  std::size_t quota;
  std::string_view quota_name;
  // Around the name, where it is taken and where there is none.
  std::string_view taken[2];
  std::string_view missing[2];
};

template <class T>
constexpr EntityKind kind_of{};

template <>
constexpr EntityKind kind_of<User>{.id = IdKind::user,
                                   .record = user_kind,
                                   .arn_type = "user",
                                   .quota = users_per_account,
                                   .quota_name = "UsersPerAccount",
                                   .taken = {"User with name ", " already exists."},
                                   .missing = {"The user with name ", " cannot be found."}};

template <>
constexpr EntityKind kind_of<Group>{.id = IdKind::group,
                                    .record = group_kind,
                                    .arn_type = "group",
                                    .quota = groups_per_account,
                                    .quota_name = "GroupsPerAccount",
                                    .taken = {"Group with name ", " already exists."},
                                    .missing = {"The group with name ", " cannot be found."}};

template <>
constexpr EntityKind kind_of<Role>{.id = IdKind::role,
                                   .record = role_kind,
                                   .arn_type = "role",
                                   .quota = roles_per_account,
                                   .quota_name = "RolesPerAccount",
                                   .taken = {"Role with name ", " already exists."},
                                   .missing = {"The role with name ", " cannot be found."}};

template <>
constexpr EntityKind kind_of<InstanceProfile>{
    .id = IdKind::instance_profile,
    .record = instance_profile_kind,
    .arn_type = "instance-profile",
    .quota = instance_profiles_per_account,
    .quota_name = "InstanceProfilesPerAccount",
    .taken = {"Instance Profile ", " already exists."},
    .missing = {"Instance Profile ", " cannot be found."}};

template <>
constexpr EntityKind kind_of<ManagedPolicy>{
    .id = IdKind::managed_policy,
    .record = policy_kind,
    .arn_type = "policy",
    .quota = policies_per_account,
    .quota_name = "PoliciesPerAccount",
    .taken = {"A policy called ", " already exists. Duplicate names are not allowed."},
    .missing = {"Policy ", " was not found."}};

template <class T>
[[nodiscard]] std::string arn_of(const Entity& entity) {
  return base::arn("iam", "", entity.account,
                   std::string(kind_of<T>.arn_type) + entity.path + entity.name);
}

}  // namespace millrace::identity
