// Changes go: rules on the contents in memory, then the durable record, then memory. Reads see
// memory.
#include "identity/roster.hpp"

#include "base/arn.hpp"
#include "base/text.hpp"
#include "identity/entity_record.hpp"
#include "identity/errors.hpp"
#include "identity/limits.hpp"
#include "identity/store.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

[[noreturn]] void no_such(std::string_view type, std::string_view name) {
  throw NoSuchEntity("The " + std::string(type) + " with name " + std::string(name) +
                     " cannot be found.");
}

[[noreturn]] void no_such_policy(std::string_view arn) {
  throw NoSuchEntity("Policy " + std::string(arn) + " was not found.");
}

template <class Entities>
auto find_in(const Entities& entities, std::string_view key)
    -> std::optional<typename Entities::mapped_type> {
  const auto found = entities.find(key);
  if (found == entities.end()) return std::nullopt;
  return found->second;
}

// Names are unique without regard to case.
template <class Entities>
bool is_taken(const Entities& entities, std::string_view name) {
  return std::any_of(entities.begin(), entities.end(), [name](const auto& entry) {
    return base::equal_ignoring_case(entry.second.entity.name, name);
  });
}

void check_quota(std::size_t count, std::size_t limit, std::string_view quota) {
  if (count < limit) return;
  throw LimitExceeded("Cannot exceed quota for " + std::string(quota) + ": " +
                      std::to_string(limit));
}

void check_no_grants(const Grants& grants) {
  if (!grants.inline_policies.empty())
    throw DeleteConflict("Cannot delete entity, must delete policies first.");
  if (!grants.attached.empty())
    throw DeleteConflict("Cannot delete entity, must detach all policies first.");
}

bool uses(const Grants& grants, std::string_view arn) {
  return grants.boundary == arn ||
         std::find(grants.attached.begin(), grants.attached.end(), arn) != grants.attached.end();
}

bool is_used(const Contents& contents, std::string_view arn) {
  const auto holds = [arn](const auto& entry) { return uses(entry.second.grants, arn); };
  return std::any_of(contents.users.begin(), contents.users.end(), holds) ||
         std::any_of(contents.roles.begin(), contents.roles.end(), holds);
}

template <class Entities>
void set_tags_in(Entities& entities, std::string_view arn, const store::Tags& tags) {
  for (auto& [key, one] : entities) {
    if (one.entity.arn == arn) one.entity.tags = tags;
  }
}

// Names of `tags` that differ from a new name in their case only: the new spelling replaces them.
std::vector<std::string> other_case(const store::Tags& tags, const store::Tags& replacing) {
  std::vector<std::string> names;
  for (const auto& [name, value] : tags) {
    const bool respelled =
        std::any_of(replacing.begin(), replacing.end(), [&name = name](const auto& tag) {
          return tag.first != name && base::equal_ignoring_case(tag.first, name);
        });
    if (respelled) names.push_back(name);
  }
  return names;
}

std::optional<NamedPolicy> named_policy(const Contents& contents, const AwsPolicies& aws,
                                        std::string_view arn) {
  const auto own = contents.policies.find(arn);
  const ManagedPolicy* found = own != contents.policies.end() ? &own->second : aws.find(arn);
  if (found == nullptr) return std::nullopt;
  return NamedPolicy{
      .name = found->entity.name, .policy = found->text().parsed, .arn = found->entity.arn};
}

Standing standing_of(const Grants& grants, const Contents& contents, const AwsPolicies& aws) {
  Standing standing;
  for (const auto& [name, text] : grants.inline_policies)
    standing.identity.push_back({name, text.parsed});
  for (const std::string& arn : grants.attached) {
    if (auto policy = named_policy(contents, aws, arn))
      standing.identity.push_back(std::move(*policy));
  }
  if (grants.boundary) standing.boundary = named_policy(contents, aws, *grants.boundary);
  return standing;
}

}  // namespace

Roster::Roster(store::Database& database, store::Records& records, Keys& keys, base::Clock& clock,
               base::Random& random)
    : database_(database), records_(records), keys_(keys), clock_(clock), random_(random) {}

// --- create

Entity Roster::new_entity(const Entity& asked, IdKind kind, std::string_view type) const {
  Entity entity = asked;
  entity.id = make_id(random_, kind);
  entity.arn = base::arn("iam", "", entity.account, std::string(type) + entity.path + entity.name);
  entity.created = clock_.service();
  return entity;
}

User Roster::create(User user) {
  const std::lock_guard changing(change_mutex_);
  user.entity = new_entity(user.entity, IdKind::user, "user");
  const Entity& entity = user.entity;
  look(entity.account, [&](const Contents& contents) {
    if (is_taken(contents.users, entity.name))
      throw EntityExists("User with name " + entity.name + " already exists.");
    check_quota(contents.users.size(), users_per_account, "UsersPerAccount");
  });
  records_.create(to_record(user), entity.tags);
  install(entity.account, [&](Contents& contents) { contents.users[entity.name] = user; });
  return user;
}

Role Roster::create(Role role) {
  const std::lock_guard changing(change_mutex_);
  role.entity = new_entity(role.entity, IdKind::role, "role");
  const Entity& entity = role.entity;
  look(entity.account, [&](const Contents& contents) {
    if (is_taken(contents.roles, entity.name))
      throw EntityExists("Role with name " + entity.name + " already exists.");
    check_quota(contents.roles.size(), roles_per_account, "RolesPerAccount");
  });
  records_.create(to_record(role), entity.tags);
  install(entity.account, [&](Contents& contents) { contents.roles[entity.name] = role; });
  return role;
}

ManagedPolicy Roster::create(ManagedPolicy policy) {
  const std::lock_guard changing(change_mutex_);
  policy.entity = new_entity(policy.entity, IdKind::managed_policy, "policy");
  policy.updated = policy.entity.created;
  for (PolicyVersion& version : policy.versions) version.created = policy.entity.created;
  const Entity& entity = policy.entity;
  look(entity.account, [&](const Contents& contents) {
    if (is_taken(contents.policies, entity.name)) {
      throw EntityExists("A policy called " + entity.name +
                         " already exists. Duplicate names are not allowed.");
    }
    check_quota(contents.policies.size(), policies_per_account, "PoliciesPerAccount");
  });
  records_.create(to_record(policy), entity.tags);
  install(entity.account, [&](Contents& contents) { contents.policies[entity.arn] = policy; });
  return policy;
}

// --- read

std::optional<User> Roster::find_user(std::string_view account, std::string_view name) {
  std::optional<User> found;
  look(account, [&](const Contents& contents) { found = find_in(contents.users, name); });
  return found;
}

std::optional<Entity> Roster::find_user_entity(std::string_view account, std::string_view name) {
  std::optional<Entity> found;
  look(account, [&](const Contents& contents) {
    const auto user = contents.users.find(name);
    if (user != contents.users.end()) found = user->second.entity;
  });
  return found;
}

std::optional<Role> Roster::find_role(std::string_view account, std::string_view name) {
  std::optional<Role> found;
  look(account, [&](const Contents& contents) { found = find_in(contents.roles, name); });
  return found;
}

User Roster::user(std::string_view account, std::string_view name) {
  auto found = find_user(account, name);
  if (!found) no_such("user", name);
  return std::move(*found);
}

Role Roster::role(std::string_view account, std::string_view name) {
  auto found = find_role(account, name);
  if (!found) no_such("role", name);
  return std::move(*found);
}

ManagedPolicy Roster::policy(std::string_view account, std::string_view arn) {
  if (const ManagedPolicy* shipped = aws_policies_.find(arn)) return *shipped;
  std::optional<ManagedPolicy> found;
  look(account, [&](const Contents& contents) { found = find_in(contents.policies, arn); });
  if (!found) no_such_policy(arn);
  return std::move(*found);
}

Contents Roster::contents(std::string_view account) {
  Contents copy;
  look(account, [&](const Contents& contents) { copy = contents; });
  return copy;
}

std::optional<Standing> Roster::standing(Holder holder, std::string_view account,
                                         std::string_view name) {
  std::optional<Standing> result;
  look(account, [&](const Contents& contents) {
    if (holder == Holder::user) {
      const auto user = contents.users.find(name);
      if (user != contents.users.end())
        result = standing_of(user->second.grants, contents, aws_policies_);
    } else {
      const auto role = contents.roles.find(name);
      if (role != contents.roles.end())
        result = standing_of(role->second.grants, contents, aws_policies_);
    }
  });
  return result;
}

TagPairs Roster::resource_tags(std::string_view arn) { return records_.tags(arn); }

// --- change

void Roster::change_user(std::string_view account, std::string_view name,
                         const std::function<void(User&)>& change) {
  const std::lock_guard changing(change_mutex_);
  User changed = user(account, name);
  change(changed);
  save(to_record(changed));
  install(account, [&](Contents& contents) { contents.users[changed.entity.name] = changed; });
}

void Roster::change_role(std::string_view account, std::string_view name,
                         const std::function<void(Role&)>& change) {
  const std::lock_guard changing(change_mutex_);
  Role changed = role(account, name);
  change(changed);
  save(to_record(changed));
  install(account, [&](Contents& contents) { contents.roles[changed.entity.name] = changed; });
}

void Roster::change_policy(std::string_view account, std::string_view arn,
                           const std::function<void(ManagedPolicy&)>& change) {
  const std::lock_guard changing(change_mutex_);
  ManagedPolicy changed = policy(account, arn);
  if (changed.entity.account != account) no_such_policy(arn);
  change(changed);
  changed.updated = clock_.service();
  save(to_record(changed));
  install(account, [&](Contents& contents) { contents.policies[changed.entity.arn] = changed; });
}

void Roster::rename_user(std::string_view account, std::string_view name,
                         const std::string& new_name, const std::string& new_path) {
  const std::lock_guard changing(change_mutex_);
  const User old = user(account, name);
  User renamed = old;
  Entity& entity = renamed.entity;
  entity.name = new_name;
  entity.path = new_path;
  entity.arn = base::arn("iam", "", account, "user" + new_path + new_name);
  look(account, [&](const Contents& contents) {
    const bool same = base::equal_ignoring_case(name, new_name);
    if (!same && is_taken(contents.users, new_name)) {
      throw EntityExists("User with name " + new_name + " already exists.");
    }
  });
  database_.write([&](store::Connection& connection) {
    records_.erase_in(connection, to_record(old).key);
    records_.create_in(connection, to_record(renamed), entity.tags);
    update_key_user(connection, account, name, new_name);
  });
  keys_.user_renamed(account, name, new_name);
  install(account, [&](Contents& contents) {
    contents.users.erase(old.entity.name);
    contents.users[new_name] = renamed;
  });
}

// --- erase

void Roster::erase_user(std::string_view account, std::string_view name) {
  const std::lock_guard changing(change_mutex_);
  const User gone = user(account, name);
  check_no_grants(gone.grants);
  if (!keys_.list(account, name).empty())
    throw DeleteConflict("Cannot delete entity, must delete access keys first.");
  records_.erase(to_record(gone).key);
  install(account, [&](Contents& contents) { contents.users.erase(gone.entity.name); });
}

void Roster::erase_role(std::string_view account, std::string_view name) {
  const std::lock_guard changing(change_mutex_);
  const Role gone = role(account, name);
  check_no_grants(gone.grants);
  records_.erase(to_record(gone).key);
  install(account, [&](Contents& contents) { contents.roles.erase(gone.entity.name); });
}

void Roster::erase_policy(std::string_view account, std::string_view arn) {
  const std::lock_guard changing(change_mutex_);
  const ManagedPolicy gone = policy(account, arn);
  if (gone.entity.account != account) no_such_policy(arn);
  look(account, [&](const Contents& contents) {
    if (is_used(contents, arn))
      throw DeleteConflict("Cannot delete a policy attached to entities.");
  });
  if (gone.versions.size() > 1) {
    throw DeleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the "
        "policy's versions. The "
        "default version is deleted with the policy.");
  }
  records_.erase(to_record(gone).key);
  install(account, [&](Contents& contents) { contents.policies.erase(gone.entity.arn); });
}

// --- tags

void Roster::set_tags(std::string_view account, std::string_view arn, const store::Tags& tags) {
  const std::lock_guard changing(change_mutex_);
  store::Tags merged = records_.tags(arn);
  for (const auto& [name, value] : tags) {
    std::erase_if(merged,
                  [&name](const auto& tag) { return base::equal_ignoring_case(tag.first, name); });
    merged.emplace_back(name, value);
  }
  if (merged.size() > tags_per_entity)
    throw LimitExceeded("The number of tags has reached the maximum limit.");
  records_.remove_tags(arn, other_case(records_.tags(arn), tags));
  records_.set_tags(arn, tags);
  refresh_tags(account, arn);
}

void Roster::remove_tags(std::string_view account, std::string_view arn,
                         const std::vector<std::string>& names) {
  const std::lock_guard changing(change_mutex_);
  records_.remove_tags(arn, names);
  refresh_tags(account, arn);
}

void Roster::refresh_tags(std::string_view account, std::string_view arn) {
  const store::Tags tags = records_.tags(arn);
  install(account, [&](Contents& contents) {
    set_tags_in(contents.users, arn, tags);
    set_tags_in(contents.roles, arn, tags);
    set_tags_in(contents.policies, arn, tags);
  });
}

// --- memory

Contents Roster::load(std::string_view account) {
  Contents contents;
  for (const store::Record& record : records_.list(entity_key(user_kind, account, ""))) {
    contents.users[record.key.name] = user_from(record, records_.tags(record.arn));
  }
  for (const store::Record& record : records_.list(entity_key(role_kind, account, ""))) {
    contents.roles[record.key.name] = role_from(record, records_.tags(record.arn));
  }
  for (const store::Record& record : records_.list(entity_key(policy_kind, account, ""))) {
    contents.policies[record.arn] = policy_from(record, records_.tags(record.arn));
  }
  return contents;
}

void Roster::look(std::string_view account, const std::function<void(const Contents&)>& looks) {
  {
    const std::shared_lock lock(mutex_);
    const auto known = accounts_.find(account);
    if (known != accounts_.end()) return looks(known->second);
  }
  // Changes need the unique lock to become visible, so what is loaded under it misses none.
  const std::unique_lock lock(mutex_);
  auto known = accounts_.find(account);
  if (known == accounts_.end()) known = accounts_.emplace(account, load(account)).first;
  looks(known->second);
}

void Roster::install(std::string_view account, const std::function<void(Contents&)>& changes) {
  const std::unique_lock lock(mutex_);
  const auto known = accounts_.find(account);
  if (known != accounts_.end()) changes(known->second);
}

void Roster::save(const store::Record& record) {
  records_.update(record.key, clock_.service(),
                  [&](store::Record& stored) { stored.document = record.document; });
}

void Roster::forget(std::string_view account) {
  const std::lock_guard changing(change_mutex_);
  const std::unique_lock lock(mutex_);
  const auto known = accounts_.find(account);
  if (known != accounts_.end()) accounts_.erase(known);
}

}  // namespace millrace::identity
