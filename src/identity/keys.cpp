// Keys' durable rows and the memory before them.
#include "identity/keys.hpp"

#include "base/assert.hpp"
#include "identity/errors.hpp"
#include "identity/ids.hpp"
#include "identity/limits.hpp"
#include "identity/principal_record.hpp"
#include "identity/store.hpp"

#include <mutex>

namespace millrace::identity {
namespace {

constexpr char secret_end = '\n';  // in neither a secret nor a token

AccessKey opened(const Vault& vault, const KeyRow& row) {
  return {.id = row.id,
          .account = row.account,
          .user = row.user,
          .secret = vault.open(row.sealed_secret, row.id),
          .active = row.active,
          .created = row.created};
}

Credential opened(const Vault& vault, const SessionRow& row) {
  const std::string both = vault.open(row.sealed, row.id);
  const std::size_t end = both.find(secret_end);
  MILLRACE_ASSERT(end != std::string::npos);
  return {.access_key_id = row.id,
          .secret = both.substr(0, end),
          .principal = read_principal(row.principal),
          .active = true,
          .session_token = both.substr(end + 1),
          .expires = row.expires};
}

}  // namespace

Keys::Keys(store::Database& database, const Vault& vault, base::Clock& clock, base::Random& random)
    : database_(database), vault_(vault), clock_(clock), random_(random) {
  database_.declare(identity_schema());
}

AccessKey Keys::create(std::string_view account, std::string_view user) {
  AccessKey key{.id = make_id(random_, IdKind::access_key),
                .account = std::string(account),
                .user = std::string(user),
                .secret = make_secret(random_),
                .active = true,
                .created = clock_.service()};
  const KeyRow row{.id = key.id,
                   .account = key.account,
                   .user = key.user,
                   .sealed_secret = vault_.seal(key.secret, key.id),
                   .active = true,
                   .created = key.created};
  database_.write([&](store::Connection& connection) {
    if (select_keys(connection, account, user).size() >= keys_per_user) {
      throw LimitExceeded("Cannot exceed quota for AccessKeysPerUser: " +
                          std::to_string(keys_per_user));
    }
    insert_key(connection, row);
  });
  return key;
}

std::vector<AccessKey> Keys::list(std::string_view account, std::string_view user) {
  const auto rows = database_.read(
      [&](store::Connection& connection) { return select_keys(connection, account, user); });
  std::vector<AccessKey> all;
  for (const KeyRow& row : rows) all.push_back(opened(vault_, row));
  return all;
}

AccessKey Keys::owned(std::string_view account, std::string_view user, std::string_view id) {
  const auto key = find(id);
  if (!key || key->account != account || key->user != user) {
    throw NoSuchEntity("The Access Key with id " + std::string(id) + " cannot be found.");
  }
  return *key;
}

void Keys::set_active(std::string_view account, std::string_view user, std::string_view id,
                      bool active) {
  (void)owned(account, user, id);
  database_.write(
      [&](store::Connection& connection) { update_key_active(connection, id, active); });
  forget(id);
}

void Keys::erase(std::string_view account, std::string_view user, std::string_view id) {
  (void)owned(account, user, id);
  database_.write([&](store::Connection& connection) { delete_key(connection, id); });
  forget(id);
}

void Keys::user_renamed(std::string_view account, std::string_view from, std::string_view to) {
  const std::unique_lock lock(mutex_);
  ++changes_;
  for (auto& [id, key] : keys_) {
    if (key.account == account && key.user == from) key.user = to;
  }
}

void Keys::empty(std::string_view account) {
  database_.write([&](store::Connection& connection) { delete_account_keys(connection, account); });
  const std::unique_lock lock(mutex_);
  ++changes_;
  std::erase_if(keys_, [&](const auto& entry) {
    return entry.second.account == account && !entry.second.user.empty();
  });
  std::erase_if(sessions_,
                [&](const auto& entry) { return entry.second.principal.account == account; });
}

std::optional<AccessKey> Keys::find(std::string_view id) {
  std::uint64_t seen = 0;
  {
    const std::shared_lock lock(mutex_);
    const auto known = keys_.find(id);
    if (known != keys_.end()) return known->second;
    seen = changes_;
  }
  const auto row =
      database_.read([&](store::Connection& connection) { return select_key(connection, id); });
  if (!row) return std::nullopt;
  AccessKey key = opened(vault_, *row);
  const std::unique_lock lock(mutex_);
  // A key that was erased since it was read must not come back.
  if (changes_ == seen) keys_[key.id] = key;
  return key;
}

Credential Keys::issue(const policy::Principal& principal, base::Timestamp expires) {
  Credential credential{.access_key_id = make_id(random_, IdKind::temporary_key),
                        .secret = make_secret(random_),
                        .principal = principal,
                        .active = true,
                        .session_token = make_session_token(random_),
                        .expires = expires};
  const std::string both = credential.secret + secret_end + *credential.session_token;
  const SessionRow row{.id = credential.access_key_id,
                       .account = principal.account,
                       .sealed = vault_.seal(both, credential.access_key_id),
                       .principal = write_principal(principal),
                       .expires = expires};
  const base::Timestamp now = clock_.service();
  database_.write([&](store::Connection& connection) { insert_session(connection, row, now); });
  const std::unique_lock lock(mutex_);
  std::erase_if(sessions_, [now](const auto& entry) { return *entry.second.expires < now; });
  sessions_[credential.access_key_id] = credential;
  return credential;
}

std::optional<Credential> Keys::find_session(std::string_view id) {
  std::uint64_t seen = 0;
  {
    const std::shared_lock lock(mutex_);
    const auto known = sessions_.find(id);
    if (known != sessions_.end()) return known->second;
    seen = changes_;
  }
  const auto row =
      database_.read([&](store::Connection& connection) { return select_session(connection, id); });
  if (!row) return std::nullopt;
  Credential credential = opened(vault_, *row);
  const std::unique_lock lock(mutex_);
  if (changes_ == seen) sessions_[credential.access_key_id] = credential;
  return credential;
}

// Read anew when it is next asked for: of two changes at once, which came last only the rows say.
void Keys::forget(std::string_view id) {
  const std::unique_lock lock(mutex_);
  ++changes_;
  const auto known = keys_.find(id);
  if (known != keys_.end()) keys_.erase(known);
}

}  // namespace millrace::identity
