// The ids are in the document itself, so that a decision looks nothing up.
#include "identity/principal_binding.hpp"

#include "base/arn.hpp"
#include "identity/errors.hpp"
#include "identity/limits.hpp"
#include "policy/principal_ids.hpp"
#include "policy/principal_places.hpp"

namespace millrace::identity {
namespace {

using Changed = std::optional<std::string>;

[[noreturn]] void invalid(const policy::NamedPrincipal& principal) {
  throw policy::MalformedPolicy("Invalid principal in policy: \"" + principal.type + "\":\"" +
                                principal.name + "\"");
}

template <class T>
std::string bound_by_name(Directory& directory, const base::Arn& arn,
                          const policy::NamedPrincipal& principal) {
  const std::string last = arn.resource.substr(arn.resource.rfind('/') + 1);
  const auto found = directory.roster.find<T>(arn.account, last);
  if (!found || found->entity.arn != arn.text()) invalid(principal);
  return policy::bound_principal(found->entity.id, arn.account);
}

// user/path/NAME, role/path/NAME, assumed-role/NAME/SESSION, root. AWS turns the first two into
// ids, and says so of no other.
Changed bound_arn(Directory& directory, const base::Arn& arn,
                  const policy::NamedPrincipal& principal) {
  if (arn.resource == "root" || !directory.accounts.exists(arn.account)) return std::nullopt;
  const std::size_t slash = arn.resource.find('/');
  const std::string type = arn.resource.substr(0, slash);
  if (type == "user") return bound_by_name<User>(directory, arn, principal);
  if (type == "role") return bound_by_name<Role>(directory, arn, principal);
  // Whoever may call GetFederationToken names these.
  if (type == "federated-user" && slash != std::string::npos) return std::nullopt;
  if (type != "assumed-role" || slash == std::string::npos) invalid(principal);
  const std::string after = arn.resource.substr(slash + 1);
  if (!directory.roster.find_role(arn.account, after.substr(0, after.find('/'))))
    invalid(principal);
  return std::nullopt;
}

std::optional<std::string> arn_of(Directory& directory, std::string_view account,
                                  std::string_view id) {
  if (const auto user = directory.roster.find_id<User>(account, id)) return user->entity.arn;
  const auto role = directory.roster.find_id<Role>(account, id);
  return role ? std::optional(role->entity.arn) : std::nullopt;
}

// Of a bare id the account is not known: mostly it is the document's own.
std::string bound_id(Directory& directory, std::string_view account,
                     const policy::NamedPrincipal& principal) {
  if (arn_of(directory, account, principal.name))
    return policy::bound_principal(principal.name, account);
  for (const Account& other : directory.accounts.list()) {
    if (arn_of(directory, other.id, principal.name))
      return policy::bound_principal(principal.name, other.id);
  }
  invalid(principal);
}

Changed bound(Directory& directory, std::string_view account,
              const policy::NamedPrincipal& principal) {
  if (principal.type == "CanonicalUser") {
    if (!directory.accounts.of_canonical_user(principal.name)) invalid(principal);
    return std::nullopt;
  }
  if (principal.type != "AWS") return std::nullopt;
  if (policy::parse_bound_principal(principal.name))
    invalid(principal);  // documents say it when kept only
  if (policy::is_principal_id(principal.name)) return bound_id(directory, account, principal);
  const auto arn = base::parse_arn(principal.name);
  return arn ? bound_arn(directory, *arn, principal) : std::nullopt;
}

Changed shown(Directory& directory, const policy::NamedPrincipal& principal) {
  const auto bound = policy::parse_bound_principal(principal.name);
  if (principal.type != "AWS" || !bound) return std::nullopt;
  return arn_of(directory, bound->account, bound->id).value_or(std::string(bound->id));
}

}  // namespace

void check_trust_size(std::string_view document) {
  if (policy::policy_size(document) <= trust_policy_size) return;
  throw LimitExceeded("Cannot exceed quota for ACLSizePerRole: " +
                      std::to_string(trust_policy_size));
}

std::string bind_principals(Directory& directory, std::string_view account,
                            std::string_view document) {
  return policy::with_principals(document, [&](const policy::NamedPrincipal& principal) {
    return bound(directory, account, principal);
  });
}

std::string show_principals(Directory& directory, const std::string& document) {
  if (document.find(policy::bound_mark) == std::string::npos) return document;
  return policy::with_principals(document, [&](const policy::NamedPrincipal& principal) {
    return shown(directory, principal);
  });
}

PrincipalBinding principal_binding(Directory& directory) {
  return {
      .bind =
          [&directory](std::string_view account, const std::string& document) {
            return bind_principals(directory, account, document);
          },
      .show = [&directory](
                  const std::string& document) { return show_principals(directory, document); }};
}

}  // namespace millrace::identity
