// Identity's own tables: accounts, access keys, temporary credentials. Users, roles and policies
// are records.
#pragma once

#include "base/time.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

[[nodiscard]] const store::Schema& identity_schema();

struct AccountRow {
  std::string id;
  base::Timestamp created;
};

struct KeyRow {
  std::string id;
  std::string account;
  std::string user;  // empty: root
  std::string sealed_secret;
  bool active = true;
  base::Timestamp created;
};

struct SessionRow {
  std::string id;
  std::string account;
  std::string sealed;     // secret and token
  std::string principal;  // JSON
  base::Timestamp expires;
};

// Each inside a read or write of the caller.
bool insert_account(store::Connection& connection, const AccountRow& row);  // false when it exists
[[nodiscard]] std::vector<AccountRow> select_accounts(store::Connection& connection);

void insert_key(store::Connection& connection, const KeyRow& row);
[[nodiscard]] std::optional<KeyRow> select_key(store::Connection& connection, std::string_view id);
[[nodiscard]] std::vector<KeyRow> select_keys(store::Connection& connection,
                                              std::string_view account, std::string_view user);
void update_key_active(store::Connection& connection, std::string_view id, bool active);
void update_key_user(store::Connection& connection, std::string_view account, std::string_view from,
                     std::string_view to);
void delete_key(store::Connection& connection, std::string_view id);

// Expired rows of all accounts go in the same change.
void insert_session(store::Connection& connection, const SessionRow& row, base::Timestamp now);
[[nodiscard]] std::optional<SessionRow> select_session(store::Connection& connection,
                                                       std::string_view id);

void delete_account_keys(store::Connection& connection,
                         std::string_view account);  // but the root's; and sessions

}  // namespace millrace::identity
