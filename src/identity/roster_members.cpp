// Who is in which group and which role in which instance profile, and what keeps an entity from
// being erased.
#include "identity/entity_kind.hpp"
#include "identity/roster_held.hpp"
#include "identity/service_linked_roles.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

[[noreturn]] void in_use(const std::string& what) {
  throw DeleteConflict("Cannot delete entity, must " + what + " first.");
}

void check_no_grants(const Grants& grants) {
  if (!grants.inline_policies.empty()) in_use("delete policies");
  if (!grants.attached.empty())
    throw DeleteConflict("Cannot delete entity, must detach all policies first.");
}

}  // namespace

// --- groups

void Roster::join_group(std::string_view account, std::string_view group, std::string_view user) {
  Held& held_account = held(account);
  const std::lock_guard changing(held_account.change_mutex);
  const std::string id = get<Group>(account, group)->entity.id;
  User changed = *get<User>(account, user);
  auto& groups = changed.groups;
  if (std::find(groups.begin(), groups.end(), id) != groups.end()) return;
  check_quota(groups.size(), groups_per_user, "GroupsPerUser");
  groups.push_back(id);
  keep(held_account, std::move(changed));
}

void Roster::leave_group(std::string_view account, std::string_view group, std::string_view user) {
  Held& held_account = held(account);
  const std::lock_guard changing(held_account.change_mutex);
  User changed = *get<User>(account, user);
  const std::string id = get<Group>(account, group)->entity.id;
  // Who is not in it has left it.
  if (std::erase(changed.groups, id) != 0) keep(held_account, std::move(changed));
}

std::vector<Shared<User>> Roster::members(std::string_view account, std::string_view group) {
  const std::string id = get<Group>(account, group)->entity.id;
  std::vector<Shared<User>> all;
  look(account, [&](const Contents& contents) {
    for (const std::string& name : contents.members(id)) all.push_back(contents.find<User>(name));
  });
  return all;
}

std::vector<Shared<Group>> Roster::groups_of(std::string_view account, std::string_view user) {
  const auto member = get<User>(account, user);
  std::vector<Shared<Group>> all;
  look(account, [&](const Contents& contents) {
    for (const std::string& id : member->groups) {
      if (auto group = contents.find_id<Group>(id)) all.push_back(std::move(group));
    }
  });
  return all;
}

// --- access keys

AccessKey Roster::create_key(std::string_view account, std::string_view user) {
  const std::lock_guard changing(held(account).change_mutex);
  return keys_.create(account, get<User>(account, user)->entity.name);
}

// --- instance profiles

void Roster::add_role(std::string_view account, std::string_view instance_profile,
                      std::string_view role) {
  Held& held_account = held(account);
  const std::lock_guard changing(held_account.change_mutex);
  InstanceProfile changed = *get<InstanceProfile>(account, instance_profile);
  const std::string name = get<Role>(account, role)->entity.name;
  check_quota(changed.role ? 1 : 0, roles_per_instance_profile,
              "InstanceSessionsPerInstanceProfile");
  changed.role = name;
  keep(held_account, std::move(changed));
}

void Roster::remove_role(std::string_view account, std::string_view instance_profile,
                         std::string_view role) {
  Held& held_account = held(account);
  const std::lock_guard changing(held_account.change_mutex);
  const auto found = get<InstanceProfile>(account, instance_profile);
  const std::string name = get<Role>(account, role)->entity.name;
  if (found->role != name) {
    throw NoSuchEntity("Role " + std::string(role) + " in Instance Profile " +
                       std::string(instance_profile) + " cannot be found.");
  }
  keep(held_account, InstanceProfile{.entity = found->entity, .role = std::nullopt});
}

std::vector<Shared<InstanceProfile>> Roster::instance_profiles(std::string_view account,
                                                               std::string_view role) {
  (void)get<Role>(account, role);
  std::vector<Shared<InstanceProfile>> all;
  look(account, [&](const Contents& contents) {
    for (const std::string& name : contents.instance_profiles(role))
      all.push_back(contents.find<InstanceProfile>(name));
  });
  return all;
}

// --- what keeps an entity

void Roster::check_erasable(const User& user) {
  check_no_grants(user.grants);
  if (user.login) in_use("delete login profile");
  if (!user.groups.empty()) in_use("remove users from group");
  if (!keys_.list(user.entity.account, user.entity.name).empty()) in_use("delete access keys");
}

void Roster::check_erasable(const Group& group) {
  look(group.entity.account, [&](const Contents& contents) {
    if (!contents.members(group.entity.id).empty()) in_use("remove users from group");
  });
  check_no_grants(group.grants);
}

void Roster::check_erasable(const Role& role) {
  check_modifiable(role);
  look(role.entity.account, [&](const Contents& contents) {
    if (!contents.instance_profiles(role.entity.name).empty())
      in_use("remove roles from instance profile");
  });
  check_no_grants(role.grants);
}

void Roster::check_erasable(const InstanceProfile& profile) {
  if (profile.role) in_use("remove roles from instance profile");
}

void Roster::check_erasable(const ManagedPolicy& policy) {
  look(policy.entity.account, [&](const Contents& contents) {
    if (!contents.use_of(policy.entity.arn).empty())
      throw DeleteConflict("Cannot delete a policy attached to entities.");
  });
  if (policy.versions.size() > 1) {
    throw DeleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the "
        "policy's versions. The default version is deleted with the policy.");
  }
}

}  // namespace millrace::identity
