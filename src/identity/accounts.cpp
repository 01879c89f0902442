// Accounts are rows; their root key is an access key without a user.
#include "identity/accounts.hpp"

#include "base/assert.hpp"
#include "identity/errors.hpp"
#include "identity/store.hpp"
#include "policy/principal_ids.hpp"

#include <algorithm>

namespace millrace::identity {

Accounts::Accounts(store::Database& database, store::Records& records, Keys& keys, Uses& uses,
                   Roster& roster, base::Clock& clock, base::Random& random)
    : database_(database),
      records_(records),
      keys_(keys),
      uses_(uses),
      roster_(roster),
      clock_(clock),
      random_(random) {
  for (AccountRow& row : database_.read(select_accounts)) ids_.insert(std::move(row.id));
}

void Accounts::add(std::string_view id) {
  const std::unique_lock lock(mutex_);
  ids_.emplace(id);
}

FirstAccount Accounts::ensure_first(std::string_view account_id) {
  MILLRACE_ASSERT(policy::is_account_id(account_id));
  const AccountRow row{.id = std::string(account_id), .created = clock_.service()};
  database_.write([&](store::Connection& connection) { insert_account(connection, row); });
  add(row.id);
  // The key comes in a write of its own: after a crash between the two it is made at the next
  // start.
  const auto keys = keys_.list(account_id, "");
  if (!keys.empty()) return {.root_key = keys.front(), .made = false};
  return {.root_key = keys_.create(account_id, ""), .made = true};
}

Account Accounts::create(const std::optional<std::string>& id) {
  const AccountRow row{.id = id ? *id : free_id(), .created = clock_.service()};
  MILLRACE_ASSERT(policy::is_account_id(row.id));
  const bool made = database_.write(
      [&](store::Connection& connection) { return insert_account(connection, row); });
  if (!made) throw EntityExists("The account " + row.id + " exists already.");
  add(row.id);
  return {.id = row.id, .created = row.created, .root_key = keys_.create(row.id, "")};
}

void Accounts::empty(std::string_view account_id) {
  if (!exists(account_id))
    throw NoSuchEntity("There is no account " + std::string(account_id) + ".");
  keys_.empty(account_id);
  uses_.empty(account_id);
  records_.empty_account(account_id);
  roster_.forget(account_id);
}

std::vector<Account> Accounts::list() {
  std::vector<Account> all;
  for (const AccountRow& row : database_.read(select_accounts)) {
    const auto keys = keys_.list(row.id, "");
    all.push_back({.id = row.id,
                   .created = row.created,
                   .root_key = keys.empty() ? AccessKey{} : keys.front()});
  }
  return all;
}

bool Accounts::exists(std::string_view account_id) {
  const std::shared_lock lock(mutex_);
  return ids_.contains(account_id);
}

std::optional<std::string> Accounts::of_canonical_user(std::string_view id) {
  const std::shared_lock lock(mutex_);
  const auto found = std::find_if(ids_.begin(), ids_.end(), [id](const std::string& account) {
    return policy::canonical_user(account) == id;
  });
  return found == ids_.end() ? std::nullopt : std::optional(*found);
}

std::string Accounts::free_id() {
  constexpr std::size_t digits = 12;
  std::string id;
  // No id begins with 0, so that none looks like the default account or loses digits where it is
  // read as a number.
  do {
    id = base::random_text(random_, 1, "123456789") +
         base::random_text(random_, digits - 1, "0123456789");
  } while (exists(id));
  return id;
}

}  // namespace millrace::identity
