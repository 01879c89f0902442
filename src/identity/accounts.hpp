// Accounts and their root keys: the first one of a data folder, and those that the operator asks
// for.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "identity/keys.hpp"
#include "identity/roster.hpp"
#include "identity/uses.hpp"
#include "store/database.hpp"

#include <functional>
#include <optional>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

struct FirstAccount {
  AccessKey root_key;
  bool made = false;  // now, by this call
};

class Accounts {
 public:
  Accounts(store::Database& database, store::Records& records, Keys& keys, Uses& uses,
           Roster& roster, base::Clock& clock, base::Random& random);

  // The account and its root key, made unless they exist.
  FirstAccount ensure_first(std::string_view account_id);
  // A new account with a root key, under the given id of twelve digits or a random free one; throws
  // EntityExists.
  Account create(const std::optional<std::string>& id = std::nullopt);
  // Users, roles, policies, their keys, sessions and every record of the account are gone; its root
  // keys stay. Throws NoSuchEntity.
  void empty(std::string_view account_id);
  [[nodiscard]] std::vector<Account> list();
  [[nodiscard]] bool exists(std::string_view account_id);
  // The account that this canonical user id stands for.
  [[nodiscard]] std::optional<std::string> of_canonical_user(std::string_view id);

 private:
  void add(std::string_view id);
  [[nodiscard]] std::string free_id();

  store::Database& database_;
  store::Records& records_;
  Keys& keys_;
  Uses& uses_;
  Roster& roster_;
  base::Clock& clock_;
  base::Random& random_;
  std::shared_mutex mutex_;
  // All that there are, as their rows say: anybody may ask for one. Guarded by mutex_.
  std::set<std::string, std::less<>> ids_;
};

}  // namespace millrace::identity
