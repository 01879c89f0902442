// Changes go: rules on the contents in memory, then the durable record, then memory. Reads see
// memory.
#include "identity/roster.hpp"

#include "base/arn.hpp"
#include "base/assert.hpp"
#include "base/text.hpp"
#include "identity/entity_kind.hpp"
#include "identity/errors.hpp"
#include "identity/roster_held.hpp"
#include "identity/standing.hpp"
#include "identity/store.hpp"
#include "store/record_accounts.hpp"

#include <algorithm>
#include <iterator>
#include <type_traits>

namespace millrace::identity {
namespace {

std::string around(const std::string_view (&words)[2], std::string_view name) {
  return std::string(words[0]) + std::string(name) + std::string(words[1]);
}

template <class T>
[[noreturn]] void missing(std::string_view name) {
  throw NoSuchEntity(around(kind_of<T>.missing, name));
}

template <class T>
void check_free(const Contents& contents, std::string_view name) {
  if (contents.is_taken<T>(name)) throw EntityExists(around(kind_of<T>.taken, name));
}

std::string_view last_name(std::string_view arn) { return arn.substr(arn.rfind('/') + 1); }

// Of users and roles; the tags of everything else differ by case.
bool has_names_in_any_case(std::string_view arn) {
  const auto parsed = base::parse_arn(arn);
  return parsed && (parsed->resource.starts_with("user/") || parsed->resource.starts_with("role/"));
}

std::set<std::string, std::less<>> as_set(std::vector<std::string> names) {
  return {std::move_iterator(names.begin()), std::move_iterator(names.end())};
}

// What `tags` has that new tags replace.
std::vector<std::string> replaced(const store::Tags& tags, const store::Tags& by,
                                  bool in_any_case) {
  std::vector<std::string> all;
  for (const auto& [name, value] : tags) {
    const bool is_given = std::any_of(by.begin(), by.end(), [&, &name = name](const auto& tag) {
      return tag.first == name || (in_any_case && base::equal_ignoring_case(tag.first, name));
    });
    if (is_given) all.push_back(name);
  }
  return all;
}

}  // namespace

Roster::Roster(store::Database& database, store::Records& records, Keys& keys, base::Clock& clock,
               base::Random& random)
    : database_(database),
      records_(records),
      keys_(keys),
      clock_(clock),
      random_(random),
      stored_(as_set(store::accounts_with_records(database))) {}

Roster::~Roster() = default;

// --- create

template <class T>
T Roster::create(T entity) {
  Entity& own = entity.entity;
  Held& account = held(own.account);
  const std::lock_guard changing(account.change_mutex);
  own.id = make_id(random_, kind_of<T>.id);
  own.arn = arn_of<T>(own);
  own.created = clock_.service();
  if constexpr (std::is_same_v<T, ManagedPolicy>) {
    entity.updated = own.created;
    for (PolicyVersion& version : entity.versions) version.created = own.created;
  }
  look(own.account, [&](const Contents& contents) {
    check_free<T>(contents, own.name);
    check_quota(contents.all<T>().size(), kind_of<T>.quota, kind_of<T>.quota_name);
  });
  if constexpr (std::is_same_v<T, User> || std::is_same_v<T, Role>) {
    if (entity.grants.boundary) (void)policy(own.account, *entity.grants.boundary);
  }
  records_.create(to_record(entity), own.tags);
  install(account, [&](Contents& contents) { contents.put(entity); });
  return entity;
}

// --- read

template <class T>
Shared<T> Roster::find(std::string_view account, std::string_view name) {
  Shared<T> found;
  look(account, [&](const Contents& contents) { found = contents.find<T>(name); });
  return found;
}

template <class T>
Shared<T> Roster::find_id(std::string_view account, std::string_view id) {
  Shared<T> found;
  look(account, [&](const Contents& contents) { found = contents.find_id<T>(id); });
  return found;
}

template <class T>
Shared<T> Roster::get(std::string_view account, std::string_view name) {
  auto found = find<T>(account, name);
  if (!found) missing<T>(name);
  return found;
}

Shared<ManagedPolicy> Roster::policy(std::string_view account, std::string_view arn) {
  if (auto shipped = aws_policies_.find(arn)) return shipped;
  Shared<ManagedPolicy> found;
  look(account, [&](const Contents& contents) { found = contents.policy(arn); });
  if (!found) missing<ManagedPolicy>(arn);
  return found;
}

std::shared_ptr<const policy::Standing> Roster::standing(std::string_view account,
                                                         std::string_view id) {
  std::shared_ptr<const policy::Standing> result;
  Held* const held_account = find_held(account);
  if (held_account == nullptr) return nullptr;
  look(account, [&](const Contents& contents) {
    const auto put_together = [&](const auto& entity) {
      return std::make_shared<const policy::Standing>(
          standing_of(*entity, contents, aws_policies_));
    };
    // Under the lock of the contents, so that none is kept of what they no longer are.
    result = held_account->standings.get(id, [&]() -> std::shared_ptr<const policy::Standing> {
      if (const auto user = contents.find_id<User>(id)) return put_together(user);
      const auto role = contents.find_id<Role>(id);
      return role ? put_together(role) : nullptr;
    });
  });
  return result;
}

policy::TagPairs Roster::resource_tags(std::string_view arn) { return records_.tags(arn); }

// --- change

template <class T>
void Roster::keep(Held& account, T changed) {
  const store::Record record = to_record(changed);
  records_.update(record.key, clock_.service(),
                  [&](store::Record& stored) { stored.document = record.document; });
  install(account, [&](Contents& contents) { contents.put(std::move(changed)); });
}

template <class T>
void Roster::change(std::string_view account, std::string_view name,
                    const std::function<void(T&)>& change) {
  Held& held_account = held(account);
  const std::lock_guard changing(held_account.change_mutex);
  T changed = *get<T>(account, name);
  change(changed);
  keep(held_account, std::move(changed));
}

void Roster::change_policy(std::string_view account, std::string_view arn,
                           const std::function<void(ManagedPolicy&)>& change) {
  Held& held_account = held(account);
  const std::lock_guard changing(held_account.change_mutex);
  ManagedPolicy changed = *policy(account, arn);
  if (changed.entity.account != account) missing<ManagedPolicy>(arn);
  change(changed);
  changed.updated = clock_.service();
  keep(held_account, std::move(changed));
}

template <class T>
void Roster::rename(std::string_view account, std::string_view name, const std::string& new_name,
                    const std::string& new_path) {
  Held& held_account = held(account);
  const std::lock_guard changing(held_account.change_mutex);
  const auto old = get<T>(account, name);
  T renamed = *old;
  Entity& entity = renamed.entity;
  entity.name = new_name;
  entity.path = new_path;
  entity.arn = arn_of<T>(entity);
  if (!base::equal_ignoring_case(name, new_name)) {
    look(account, [&](const Contents& contents) { check_free<T>(contents, new_name); });
  }
  database_.write([&](store::Connection& connection) {
    records_.erase_in(connection, to_record(*old).key);
    records_.create_in(connection, to_record(renamed), entity.tags);
    if constexpr (std::is_same_v<T, User>) update_key_user(connection, account, name, new_name);
  });
  if constexpr (std::is_same_v<T, User>) keys_.user_renamed(account, name, new_name);
  install(held_account, [&](Contents& contents) {
    contents.erase<T>(name);
    contents.put(std::move(renamed));
  });
}

// --- erase

template <class T>
void Roster::erase(std::string_view account, std::string_view name) {
  Held& held_account = held(account);
  const std::lock_guard changing(held_account.change_mutex);
  const auto gone = get<T>(account, name);
  check_erasable(*gone);
  records_.erase(to_record(*gone).key);
  install(held_account, [&](Contents& contents) { contents.erase<T>(name); });
}

void Roster::erase_service_linked_role(std::string_view account, std::string_view name) {
  Held& held_account = held(account);
  const std::lock_guard changing(held_account.change_mutex);
  const auto gone = get<Role>(account, name);
  MILLRACE_ASSERT(gone->linked_service);
  records_.erase(to_record(*gone).key);
  install(held_account, [&](Contents& contents) { contents.erase<Role>(name); });
}

void Roster::erase_policy(std::string_view account, std::string_view arn) {
  if (policy(account, arn)->entity.account != account) missing<ManagedPolicy>(arn);
  erase<ManagedPolicy>(account, last_name(arn));
}

// --- tags

void Roster::set_tags(std::string_view account, std::string_view arn, const store::Tags& tags) {
  Held& held_account = held(account);
  const std::lock_guard changing(held_account.change_mutex);
  const store::Tags old = records_.tags(arn);
  std::vector<std::string> respelled = replaced(old, tags, has_names_in_any_case(arn));
  if (old.size() - respelled.size() + tags.size() > tags_per_entity)
    throw LimitExceeded("The number of tags has reached the maximum limit.");
  // What keeps its spelling is replaced in its place.
  std::erase_if(respelled, [&tags](const std::string& name) {
    return std::any_of(tags.begin(), tags.end(),
                       [&name](const auto& tag) { return tag.first == name; });
  });
  records_.remove_tags(arn, respelled);
  records_.set_tags(arn, tags);
  refresh_tags(held_account, arn);
}

void Roster::remove_tags(std::string_view account, std::string_view arn,
                         const std::vector<std::string>& names) {
  Held& held_account = held(account);
  const std::lock_guard changing(held_account.change_mutex);
  records_.remove_tags(arn, names);
  refresh_tags(held_account, arn);
}

void Roster::refresh_tags(Held& account, std::string_view arn) {
  const store::Tags tags = records_.tags(arn);
  const std::string_view name = last_name(arn);
  install(account, [&](Contents& contents) {
    const auto tag = [&]<class T>(const Shared<T>& found) {
      if (!found || found->entity.arn != arn) return;
      T changed = *found;
      changed.entity.tags = tags;
      contents.put(std::move(changed));
    };
    tag(contents.find<User>(name));
    tag(contents.find<Role>(name));
    tag(contents.find<InstanceProfile>(name));
    tag(contents.find<ManagedPolicy>(name));
  });
}

// --- memory

Contents Roster::load(std::string_view account) {
  Contents contents;
  for (store::TaggedRecord& one : records_.list_tagged(account, "", entity_kinds)) {
    const auto put_as = [&]<class T>(std::type_identity<T>) {
      if (one.record.key.kind == kind_of<T>.record)
        contents.put(from_record<T>(one.record, std::move(one.tags)));
    };
    put_as(std::type_identity<User>());
    put_as(std::type_identity<Group>());
    put_as(std::type_identity<Role>());
    put_as(std::type_identity<InstanceProfile>());
    put_as(std::type_identity<ManagedPolicy>());
  }
  return contents;
}

Roster::Held& Roster::held(std::string_view account) {
  {
    const std::shared_lock lock(mutex_);
    const auto known = accounts_.find(account);
    if (known != accounts_.end()) return *known->second;
  }
  const std::unique_lock lock(mutex_);
  auto& slot = accounts_[std::string(account)];
  if (!slot) slot = std::make_unique<Held>();
  return *slot;
}

Roster::Held* Roster::find_held(std::string_view account) {
  {
    const std::shared_lock lock(mutex_);
    const auto known = accounts_.find(account);
    if (known != accounts_.end()) return known->second.get();
  }
  return stored_.contains(account) ? &held(account) : nullptr;
}

std::size_t Roster::accounts_held() {
  const std::shared_lock lock(mutex_);
  return accounts_.size();
}

void Roster::look(std::string_view account, const std::function<void(const Contents&)>& looks) {
  Held* const held_account = find_held(account);
  if (held_account == nullptr) return looks(nothing_);
  {
    const std::shared_lock lock(held_account->mutex);
    if (held_account->contents) return looks(*held_account->contents);
  }
  // Changes need the unique lock to become visible, so what is loaded under it misses none.
  const std::unique_lock lock(held_account->mutex);
  if (!held_account->contents) held_account->contents = load(account);
  looks(*held_account->contents);
}

void Roster::install(Held& account, const std::function<void(Contents&)>& changes) {
  const std::unique_lock lock(account.mutex);
  account.standings.clear();
  if (account.contents) changes(*account.contents);
}

void Roster::forget(std::string_view account) {
  Held* const held_account = find_held(account);
  if (held_account == nullptr) return;
  const std::lock_guard changing(held_account->change_mutex);
  const std::unique_lock lock(held_account->mutex);
  held_account->standings.clear();
  held_account->contents.reset();
}

// --- for each kind

template User Roster::create(User);
template Group Roster::create(Group);
template Role Roster::create(Role);
template InstanceProfile Roster::create(InstanceProfile);
template ManagedPolicy Roster::create(ManagedPolicy);

template Shared<User> Roster::find(std::string_view, std::string_view);
template Shared<Group> Roster::find(std::string_view, std::string_view);
template Shared<Role> Roster::find(std::string_view, std::string_view);
template Shared<InstanceProfile> Roster::find(std::string_view, std::string_view);

template Shared<User> Roster::find_id(std::string_view, std::string_view);
template Shared<Role> Roster::find_id(std::string_view, std::string_view);

template Shared<User> Roster::get(std::string_view, std::string_view);
template Shared<Group> Roster::get(std::string_view, std::string_view);
template Shared<Role> Roster::get(std::string_view, std::string_view);
template Shared<InstanceProfile> Roster::get(std::string_view, std::string_view);

template void Roster::change(std::string_view, std::string_view, const std::function<void(User&)>&);
template void Roster::change(std::string_view, std::string_view,
                             const std::function<void(Group&)>&);
template void Roster::change(std::string_view, std::string_view, const std::function<void(Role&)>&);

template void Roster::rename<User>(std::string_view, std::string_view, const std::string&,
                                   const std::string&);
template void Roster::rename<Group>(std::string_view, std::string_view, const std::string&,
                                    const std::string&);

template void Roster::erase<User>(std::string_view, std::string_view);
template void Roster::erase<Group>(std::string_view, std::string_view);
template void Roster::erase<Role>(std::string_view, std::string_view);
template void Roster::erase<InstanceProfile>(std::string_view, std::string_view);

template void Roster::keep(Held&, User);
template void Roster::keep(Held&, InstanceProfile);

}  // namespace millrace::identity
