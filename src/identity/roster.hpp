// Users, groups, roles, instance profiles and managed policies of all accounts: durable as records,
// read from memory, with AWS's rules for changes.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "identity/aws_policies.hpp"
#include "identity/contents.hpp"
#include "identity/entities.hpp"
#include "identity/keys.hpp"
#include "policy/decision.hpp"
#include "store/records.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

// Everything throws NoSuchEntity for what is not there; changes throw EntityExists, DeleteConflict,
// LimitExceeded. T: User, Group, Role, InstanceProfile, ManagedPolicy.
class Roster {
 public:
  Roster(store::Database& database, store::Records& records, Keys& keys, base::Clock& clock,
         base::Random& random);
  ~Roster();

  // Sets id, ARN and time; the rest of the entity is the caller's.
  template <class T>
  T create(T entity);

  // Null where there is none.
  template <class T>
  [[nodiscard]] Shared<T> find(std::string_view account, std::string_view name);
  template <class T>
  [[nodiscard]] Shared<T> get(std::string_view account, std::string_view name);
  // By the id, which stays through a renaming and is never given again. T: User or Role.
  template <class T>
  [[nodiscard]] Shared<T> find_id(std::string_view account, std::string_view id);

  // `change` alters the copy that becomes durable; it may look at the roster, of which nothing else
  // of the account changes meanwhile, but not change it. Identity, name and tags stay as they are.
  template <class T>
  void change(std::string_view account, std::string_view name,
              const std::function<void(T&)>& change);
  // T: User or Group.
  template <class T>
  void rename(std::string_view account, std::string_view name, const std::string& new_name,
              const std::string& new_path);
  template <class T>
  void erase(std::string_view account, std::string_view name);

  // With what it holds; the role must be one.
  void erase_service_linked_role(std::string_view account, std::string_view name);

  [[nodiscard]] Shared<User> find_user(std::string_view account, std::string_view name) {
    return find<User>(account, name);
  }
  [[nodiscard]] Shared<Role> find_role(std::string_view account, std::string_view name) {
    return find<Role>(account, name);
  }
  [[nodiscard]] User user(std::string_view account, std::string_view name) {
    return *get<User>(account, name);
  }
  [[nodiscard]] Role role(std::string_view account, std::string_view name) {
    return *get<Role>(account, name);
  }

  // Managed policies go by their ARN; AWS's own are found, and never changed.
  [[nodiscard]] Shared<ManagedPolicy> policy(std::string_view account, std::string_view arn);
  void change_policy(std::string_view account, std::string_view arn,
                     const std::function<void(ManagedPolicy&)>& change);
  void erase_policy(std::string_view account, std::string_view arn);
  [[nodiscard]] const AwsPolicies& aws_policies() const { return aws_policies_; }

  void join_group(std::string_view account, std::string_view group, std::string_view user);
  void leave_group(std::string_view account, std::string_view group, std::string_view user);
  [[nodiscard]] std::vector<Shared<User>> members(std::string_view account, std::string_view group);
  [[nodiscard]] std::vector<Shared<Group>> groups_of(std::string_view account,
                                                     std::string_view user);

  // A key of the user that has this name now: none comes to be for one that is gone or renamed.
  AccessKey create_key(std::string_view account, std::string_view user);  // throws LimitExceeded

  void add_role(std::string_view account, std::string_view instance_profile, std::string_view role);
  void remove_role(std::string_view account, std::string_view instance_profile,
                   std::string_view role);
  [[nodiscard]] std::vector<Shared<InstanceProfile>> instance_profiles(std::string_view account,
                                                                       std::string_view role);

  // Tags of an entity, by its ARN.
  void set_tags(std::string_view account, std::string_view arn, const store::Tags& tags);
  void remove_tags(std::string_view account, std::string_view arn,
                   const std::vector<std::string>& names);

  // The policies of the user, with those of its groups, or of the role that has this id, ready to
  // decide; null where there is none. Shared: kept until something of the account changes.
  [[nodiscard]] std::shared_ptr<const policy::Standing> standing(std::string_view account,
                                                                 std::string_view id);
  // The tags of any resource, for conditions on them.
  [[nodiscard]] policy::TagPairs resource_tags(std::string_view arn);

  // Looks at everything of an account at one instant; must be short and not call the roster. An
  // account that nobody made anything in has nothing, and costs nothing: anybody may name it.
  void look(std::string_view account, const std::function<void(const Contents&)>& looks);
  // What was in memory of the account is read anew.
  void forget(std::string_view account);
  // How many accounts are in memory.
  [[nodiscard]] std::size_t accounts_held();

 private:
  struct Held;  // an account in memory

  // For what changes the account; null for what only looks at one that has nothing.
  [[nodiscard]] Held& held(std::string_view account);
  [[nodiscard]] Held* find_held(std::string_view account);
  [[nodiscard]] Contents load(std::string_view account);
  // Run on the account's contents, under the lock.
  void install(Held& account, const std::function<void(Contents&)>& changes);
  template <class T>
  void keep(Held& account, T changed);
  void check_erasable(const User& user);
  void check_erasable(const Group& group);
  void check_erasable(const Role& role);
  void check_erasable(const InstanceProfile& profile);
  void check_erasable(const ManagedPolicy& policy);
  void refresh_tags(Held& account, std::string_view arn);

  store::Database& database_;
  store::Records& records_;
  Keys& keys_;
  base::Clock& clock_;
  base::Random& random_;
  const AwsPolicies aws_policies_;
  const Contents nothing_ = {};
  // That had records when the server started; of others all that there is came by this object.
  const std::set<std::string, std::less<>> stored_;
  std::shared_mutex mutex_;
  std::map<std::string, std::unique_ptr<Held>, std::less<>> accounts_;  // guarded by mutex_
};

}  // namespace millrace::identity
