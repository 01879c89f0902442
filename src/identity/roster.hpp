// Users, roles and managed policies of all accounts: durable as records, read from memory, with
// AWS's rules for changes.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "identity/aws_policies.hpp"
#include "identity/decision.hpp"
#include "identity/entities.hpp"
#include "identity/ids.hpp"
#include "identity/keys.hpp"
#include "store/records.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

enum class Holder { user, role };  // who can hold policies

// An account's contents. Users and roles by name, policies by ARN.
struct Contents {
  std::map<std::string, User, std::less<>> users;
  std::map<std::string, Role, std::less<>> roles;
  std::map<std::string, ManagedPolicy, std::less<>> policies;
};

// Everything throws NoSuchEntity for what is not there; changes throw EntityExists, DeleteConflict,
// LimitExceeded.
class Roster {
 public:
  Roster(store::Database& database, store::Records& records, Keys& keys, base::Clock& clock,
         base::Random& random);

  // Creation sets id, ARN and time; the rest of the entity is the caller's.
  User create(User user);
  Role create(Role role);
  ManagedPolicy create(ManagedPolicy policy);

  [[nodiscard]] User user(std::string_view account, std::string_view name);
  [[nodiscard]] Role role(std::string_view account, std::string_view name);
  [[nodiscard]] ManagedPolicy policy(std::string_view account,
                                     std::string_view arn);  // AWS's own too
  [[nodiscard]] std::optional<User> find_user(std::string_view account, std::string_view name);
  // Without what the user holds, which is larger.
  [[nodiscard]] std::optional<Entity> find_user_entity(std::string_view account,
                                                       std::string_view name);
  [[nodiscard]] std::optional<Role> find_role(std::string_view account, std::string_view name);
  [[nodiscard]] Contents contents(std::string_view account);  // a copy, for lists
  [[nodiscard]] const AwsPolicies& aws_policies() const { return aws_policies_; }

  // `change` alters the copy that becomes durable; it must not call the roster. Identity, name and
  // tags stay as they are.
  void change_user(std::string_view account, std::string_view name,
                   const std::function<void(User&)>& change);
  void change_role(std::string_view account, std::string_view name,
                   const std::function<void(Role&)>& change);
  void change_policy(std::string_view account, std::string_view arn,
                     const std::function<void(ManagedPolicy&)>& change);
  void rename_user(std::string_view account, std::string_view name, const std::string& new_name,
                   const std::string& new_path);

  void erase_user(std::string_view account, std::string_view name);
  void erase_role(std::string_view account, std::string_view name);
  void erase_policy(std::string_view account, std::string_view arn);

  // Tags of a user, role or policy, by its ARN.
  void set_tags(std::string_view account, std::string_view arn, const store::Tags& tags);
  void remove_tags(std::string_view account, std::string_view arn,
                   const std::vector<std::string>& names);

  // The policies of a user or role, ready to decide; nothing when there is no such entity.
  [[nodiscard]] std::optional<Standing> standing(Holder holder, std::string_view account,
                                                 std::string_view name);
  // The tags of any resource, for conditions on them.
  [[nodiscard]] TagPairs resource_tags(std::string_view arn);

  // What was in memory of the account is read anew.
  void forget(std::string_view account);

 private:
  [[nodiscard]] Contents load(std::string_view account);
  // Run on the account's contents, under the lock.
  void look(std::string_view account, const std::function<void(const Contents&)>& looks);
  void install(std::string_view account, const std::function<void(Contents&)>& changes);
  void refresh_tags(std::string_view account, std::string_view arn);
  void save(const store::Record& record);
  [[nodiscard]] Entity new_entity(const Entity& asked, IdKind kind, std::string_view type) const;

  store::Database& database_;
  store::Records& records_;
  Keys& keys_;
  base::Clock& clock_;
  base::Random& random_;
  const AwsPolicies aws_policies_;
  std::mutex change_mutex_;  // one change at a time: rules look at the contents that they change
  std::shared_mutex mutex_;
  std::map<std::string, Contents, std::less<>> accounts_;  // guarded by mutex_
};

}  // namespace millrace::identity
