#include "policy/naming.hpp"

#include "base/arn.hpp"
#include "policy/principal_ids.hpp"

#include <algorithm>
#include <string_view>

namespace millrace::policy {
namespace {

using Kind = Principal::Kind;

bool holds(const std::vector<std::string>& texts, std::string_view text) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// A policy knows users and roles by their ids once it was put: AIDA..., AROA...; a session's has
// its name behind a colon.
std::string_view own_id(const Principal& caller) {
  if (caller.kind != Kind::user && caller.kind != Kind::role_session) return {};
  return std::string_view(caller.user_id).substr(0, caller.user_id.find(':'));
}

bool names_id(const Principals& named, const Principal& caller) {
  const std::string_view id = own_id(caller);
  return !id.empty() && holds(named.aws, id);
}

bool names_role(const Principals& named, const Principal& caller) {
  if (!caller.role_arn.empty() && holds(named.aws, caller.role_arn)) return true;
  return names_id(named, caller);
}

// The user who vouched for a federated session; of its ARN the path is not known.
bool names_voucher(const Principals& named, const Principal& caller) {
  if (caller.kind != Kind::federated_user || caller.name.empty()) return false;
  if (!caller.voucher_id.empty() && holds(named.aws, caller.voucher_id)) return true;
  const std::string start = base::arn("iam", "", caller.account, "user/");
  const std::string end = "/" + caller.name;
  return std::any_of(named.aws.begin(), named.aws.end(), [&](const std::string& text) {
    return text.starts_with(start) && text.ends_with(end);
  });
}

bool names_provider(const Principals& named, const Principal& caller) {
  return !caller.federated_provider.empty() && holds(named.federated, caller.federated_provider);
}

bool is_of_no_account(const Principal& caller) {
  return caller.kind == Kind::anonymous || caller.kind == Kind::federated_identity;
}

Naming naming_of(const Principals& named, const Principal& caller) {
  if (named.everyone) return Naming::itself;
  if (caller.kind == Kind::service) {
    return holds(named.services, caller.name) ? Naming::itself : Naming::none;
  }
  if (is_of_no_account(caller)) {
    return named.all_callers || names_provider(named, caller) ? Naming::itself : Naming::none;
  }
  if (holds(named.aws, caller.arn)) return Naming::itself;
  if (caller.kind == Kind::user && names_id(named, caller)) return Naming::itself;
  if (names_role(named, caller) || names_voucher(named, caller) || names_provider(named, caller)) {
    return Naming::role;
  }
  const bool by_group = named.all_accounts || named.all_callers;
  return by_group || names_account(named, caller) ? Naming::account : Naming::none;
}

// NotPrincipal spares only whom it names with all that it is made of: a session with its role, both
// with their account.
bool is_spared(const Principals& named, const Principal& caller) {
  const Naming naming = naming_of(named, caller);
  if (named.everyone || caller.account.empty()) return naming != Naming::none;
  // Whichever way the account is named: its ARN is its root's, too.
  if (caller.kind == Kind::root) return names_account(named, caller);
  const bool is_session = caller.kind == Kind::role_session;
  if (is_session && !names_role(named, caller)) return false;
  return naming == Naming::itself && names_account(named, caller);
}

}  // namespace

Naming naming_of(const Statement& statement, const Principal& caller) {
  if (statement.principals.all_but) {
    return is_spared(statement.principals, caller) ? Naming::none : Naming::itself;
  }
  return naming_of(statement.principals, caller);
}

bool names_itself(const Principals& named, const Principal& caller) {
  if (caller.kind == Kind::service) return holds(named.services, caller.name);
  if (caller.kind == Kind::federated_identity) {
    return named.everyone || names_provider(named, caller);
  }
  return named.everyone || holds(named.aws, caller.arn) || names_role(named, caller);
}

bool names_account(const Principals& named, const Principal& caller) {
  if (caller.account.empty()) return false;
  if (holds(named.aws, caller.account)) return true;
  if (holds(named.aws, base::arn("iam", "", caller.account, "root"))) return true;
  return !named.canonical.empty() && holds(named.canonical, canonical_user(caller.account));
}

}  // namespace millrace::policy
