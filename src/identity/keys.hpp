// Access keys and temporary credentials: made, kept sealed, found by their id from memory.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "identity/credential.hpp"
#include "identity/entities.hpp"
#include "identity/vault.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

// `user` is empty for the account's root.
class Keys {
 public:
  Keys(store::Database& database, const Vault& vault, base::Clock& clock, base::Random& random);

  AccessKey create(std::string_view account, std::string_view user);  // throws LimitExceeded
  [[nodiscard]] std::vector<AccessKey> list(std::string_view account, std::string_view user);
  void set_active(std::string_view account, std::string_view user, std::string_view id,
                  bool active);                                                      // NoSuchEntity
  void erase(std::string_view account, std::string_view user, std::string_view id);  // NoSuchEntity
  // The rows are already changed, in the write that renamed the user.
  void user_renamed(std::string_view account, std::string_view from, std::string_view to);
  // All keys and sessions but the root's keys.
  void empty(std::string_view account);

  // From memory after the first time; safe on a loop.
  [[nodiscard]] std::optional<AccessKey> find(std::string_view id);

  // Temporary credentials of a principal, whole again after a restart. The caller looks at
  // `expires`: a request signed with expired ones is told so. Some time afterwards they are
  // forgotten.
  Credential issue(const policy::Principal& principal, base::Timestamp expires);
  [[nodiscard]] std::optional<Credential> find_session(std::string_view id);

 private:
  [[nodiscard]] AccessKey owned(std::string_view account, std::string_view user,
                                std::string_view id);
  void forget(std::string_view id);

  store::Database& database_;
  const Vault& vault_;
  base::Clock& clock_;
  base::Random& random_;
  std::shared_mutex mutex_;
  std::uint64_t changes_ = 0;  // guarded by mutex_; grows with each change of a key
  std::map<std::string, AccessKey, std::less<>> keys_;       // guarded by mutex_
  std::map<std::string, Credential, std::less<>> sessions_;  // guarded by mutex_
};

}  // namespace millrace::identity
