// One record an account, made with its first setting. Member names are part of the stored format.
#include "identity/account_settings.hpp"

#include "base/arn.hpp"
#include "identity/entity_record.hpp"
#include "identity/errors.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

using base::Map;
using base::Value;

constexpr std::string_view settings_kind = "iam/account";

store::Key key_of(std::string_view account) {
  return entity_key(settings_kind, account, "settings");
}

std::optional<std::string> alias_in(const Value& document) {
  const Value* alias = document.find("alias");
  return alias != nullptr ? std::optional(alias->text()) : std::nullopt;
}

std::optional<std::int64_t> integer_in(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  return value != nullptr ? std::optional(value->integer()) : std::nullopt;
}

Value document_of(const PasswordPolicy& policy) {
  Map document{{"minimum_length", policy.minimum_length},
               {"require_symbols", policy.require_symbols},
               {"require_numbers", policy.require_numbers},
               {"require_uppercase", policy.require_uppercase},
               {"require_lowercase", policy.require_lowercase},
               {"users_may_change", policy.users_may_change}};
  document.set_if("max_age_days", policy.max_age_days);
  document.set_if("reuse_prevention", policy.reuse_prevention);
  document.set_if("hard_expiry", policy.hard_expiry);
  return document;
}

PasswordPolicy policy_in(const Value& document) {
  const auto flag = [&](std::string_view name) { return document.find(name)->flag(); };
  PasswordPolicy policy{.minimum_length = document.find("minimum_length")->integer(),
                        .require_symbols = flag("require_symbols"),
                        .require_numbers = flag("require_numbers"),
                        .require_uppercase = flag("require_uppercase"),
                        .require_lowercase = flag("require_lowercase"),
                        .users_may_change = flag("users_may_change"),
                        .max_age_days = integer_in(document, "max_age_days"),
                        .reuse_prevention = integer_in(document, "reuse_prevention")};
  if (document.find("hard_expiry") != nullptr) policy.hard_expiry = flag("hard_expiry");
  return policy;
}

}  // namespace

struct AccountSettings::Settings {
  std::optional<std::string> alias;
  std::optional<PasswordPolicy> passwords;
};

AccountSettings::Settings AccountSettings::read(std::string_view account) {
  Settings settings;
  const auto record = records_.find(key_of(account));
  if (!record) return settings;
  settings.alias = alias_in(record->document);
  if (const Value* policy = record->document.find("passwords"))
    settings.passwords = policy_in(*policy);
  return settings;
}

void AccountSettings::write(std::string_view account, const Settings& settings) {
  Map document;
  document.set_if("alias", settings.alias);
  if (settings.passwords) document.set("passwords", document_of(*settings.passwords));
  const auto put = [&document](store::Record& record) { record.document = document; };
  const base::Timestamp now = clock_.service();
  if (records_.update(key_of(account), now, put)) return;
  store::Record record{.key = key_of(account),
                       .arn = base::arn("iam", "", account, "settings"),
                       .document = {},
                       .created = now,
                       .modified = now,
                       .status = ""};
  put(record);
  records_.create(record);
}

// --- the alias

std::optional<std::string> AccountSettings::alias(std::string_view account) {
  return read(account).alias;
}

void AccountSettings::set_alias(std::string_view account, const std::string& alias) {
  const std::lock_guard changing(change_mutex_);
  Settings settings = read(account);
  if (is_of_another(account, alias))
    throw EntityExists("The account alias " + alias + " already exists.");
  if (settings.alias) aliases_->erase(*settings.alias);
  settings.alias = alias;
  write(account, settings);
  aliases_->insert_or_assign(alias, account);
}

bool AccountSettings::is_of_another(std::string_view account, const std::string& alias) {
  if (!aliases_) {
    aliases_.emplace();
    for (const store::Record& record : records_.list_every(settings_kind)) {
      if (auto known = alias_in(record.document)) aliases_->emplace(*known, record.key.account);
    }
  }
  const auto found = aliases_->find(alias);
  return found != aliases_->end() && found->second != account && read(found->second).alias == alias;
}

void AccountSettings::remove_alias(std::string_view account, const std::string& alias) {
  const std::lock_guard changing(change_mutex_);
  Settings settings = read(account);
  if (settings.alias != alias)
    throw NoSuchEntity("The account alias " + alias + " cannot be found.");
  settings.alias.reset();
  write(account, settings);
}

// --- passwords

std::optional<PasswordPolicy> AccountSettings::password_policy(std::string_view account) {
  return read(account).passwords;
}

void AccountSettings::set_password_policy(std::string_view account, const PasswordPolicy& policy) {
  const std::lock_guard changing(change_mutex_);
  Settings settings = read(account);
  settings.passwords = policy;
  write(account, settings);
}

void AccountSettings::remove_password_policy(std::string_view account) {
  const std::lock_guard changing(change_mutex_);
  Settings settings = read(account);
  if (!settings.passwords)
    throw NoSuchEntity("The account policy with name PasswordPolicy cannot be found.");
  settings.passwords.reset();
  write(account, settings);
}

}  // namespace millrace::identity
