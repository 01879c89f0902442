// The existence of principals, as AWS checks it when a trust policy is put.
#include "identity/trust_principals.hpp"

#include "base/arn.hpp"
#include "identity/errors.hpp"
#include "identity/limits.hpp"

namespace millrace::identity {
namespace {

// user/path/NAME, role/path/NAME, assumed-role/NAME/SESSION, root
bool exists(Directory& directory, const base::Arn& arn) {
  if (arn.resource == "root" || !directory.accounts.exists(arn.account)) return true;
  const std::size_t slash = arn.resource.find('/');
  const std::string type = arn.resource.substr(0, slash);
  const std::string last = arn.resource.substr(arn.resource.rfind('/') + 1);
  if (type == "user") {
    const auto user = directory.roster.find_user(arn.account, last);
    return user && user->entity.arn == arn.text();
  }
  if (type == "role") {
    const auto role = directory.roster.find_role(arn.account, last);
    return role && role->entity.arn == arn.text();
  }
  // Whoever may call GetFederationToken names these.
  if (type == "federated-user") return slash != std::string::npos;
  if (type != "assumed-role" || slash == std::string::npos) return false;
  const std::string after = arn.resource.substr(slash + 1);
  return directory.roster.find_role(arn.account, after.substr(0, after.find('/'))) != nullptr;
}

}  // namespace

void check_trust_size(std::string_view document) {
  if (policy_size(document) <= trust_policy_size) return;
  throw LimitExceeded("Cannot exceed quota for ACLSizePerRole: " +
                      std::to_string(trust_policy_size));
}

void check_principals_exist(Directory& directory, const Policy& trust_policy) {
  for (const Statement& statement : trust_policy.statements) {
    for (const std::string& principal : statement.principals.aws) {
      const auto arn = base::parse_arn(principal);
      if (!arn || exists(directory, *arn)) continue;
      throw MalformedPolicy("Invalid principal in policy: \"AWS\":\"" + principal + "\"");
    }
    for (const std::string& user : statement.principals.canonical) {
      if (directory.accounts.of_canonical_user(user)) continue;
      throw MalformedPolicy("Invalid principal in policy: \"CanonicalUser\":\"" + user + "\"");
    }
  }
}

}  // namespace millrace::identity
