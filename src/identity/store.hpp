// Identity's own tables: accounts, access keys, temporary credentials, and when they were used.
// Users, roles and policies are records.
#pragma once

#include "base/time.hpp"
#include "store/database.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

[[nodiscard]] const store::Schema& identity_schema();

[[nodiscard]] const store::Schema& use_schema();

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

struct UseRow {
  std::string account;
  std::string id;  // of an entity or an access key
  std::string service;
  std::string operation;  // empty for access keys
  std::string region;
  base::Timestamp at;
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

void upsert_use(store::Connection& connection, const UseRow& row);  // an older one is left out
[[nodiscard]] std::vector<UseRow> select_uses(store::Connection& connection, std::string_view id);
void delete_uses_before(store::Connection& connection, base::Timestamp time);
void delete_account_uses(store::Connection& connection, std::string_view account);

}  // namespace millrace::identity
