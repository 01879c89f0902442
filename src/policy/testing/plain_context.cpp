// After the availability and the values that "AWS global condition context keys" tells of each key.
#include "policy/testing/plain_context.hpp"

#include "base/time.hpp"
#include "policy/testing/plain_statement.hpp"

namespace millrace::policy::testing {
namespace {

// "Principal key values" of "Variables and tags".
std::string type_of(Who who) {
  switch (who) {
    case Who::root:
      return "Account";
    case Who::user:
      return "User";
    case Who::role_session:
      return "AssumedRole";
    case Who::federated_user:
      return "FederatedUser";
    case Who::service:
      return "Service";
    case Who::anonymous:
      break;
  }
  return "Anonymous";
}

void add_principal(Keys& keys, const Caller& caller) {
  keys["aws:PrincipalType"] = {type_of(caller.who)};
  if (caller.who == Who::anonymous) {
    keys["aws:PrincipalAccount"] = {"anonymous"};
    return;
  }
  const bool is_service = caller.who == Who::service;
  keys["aws:PrincipalIsAWSService"] = {is_service ? "true" : "false"};
  if (is_service) {
    keys["aws:PrincipalServiceName"] = {caller.name};
    return;
  }
  keys["aws:PrincipalAccount"] = {caller.account};
  // Of a role's session, the role's.
  keys["aws:PrincipalArn"] = {caller.who == Who::role_session ? holder_arn(caller)
                                                              : own_arn(caller)};
  if (caller.who == Who::user) keys["aws:username"] = {caller.name};
  for (const auto& [name, value] : caller.tags) keys["aws:PrincipalTag/" + name] = {value};
}

std::string seconds_text(base::Timestamp time) {
  return std::to_string(time.time_since_epoch().count() / 1000);
}

// Of temporary credentials alone.
void add_credentials(Keys& keys, const Caller& caller, base::Timestamp now) {
  if (!caller.issued) return;
  keys["aws:TokenIssueTime"] = {base::iso8601(*caller.issued)};
  keys["aws:MultiFactorAuthPresent"] = {caller.mfa ? "true" : "false"};
  if (caller.mfa) {
    keys["aws:MultiFactorAuthAge"] = {std::to_string((now - *caller.mfa).count() / 1000)};
  }
  if (!caller.provider.empty()) keys["aws:FederatedProvider"] = {caller.provider};
}

// "o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/": every id of the path, a slash behind each.
std::string path_text(const Overlay& overlay) {
  std::string text;
  for (const std::string& id : overlay.path) text += id + "/";
  return text;
}

void add_organization(Keys& keys, const Case& asked, const std::string& account,
                      const std::string& of) {
  const auto found = asked.overlays.find(account);
  if (found == asked.overlays.end()) return;
  keys["aws:" + of + "OrgID"] = {found->second.id};
  keys["aws:" + of + "OrgPaths"] = {path_text(found->second)};
}

}  // namespace

Keys context_of(const Case& asked) {
  Keys keys = asked.keys;
  keys["aws:CurrentTime"] = {base::iso8601(asked.now)};
  keys["aws:EpochTime"] = {seconds_text(asked.now)};
  add_principal(keys, asked.caller);
  add_credentials(keys, asked.caller, asked.now);
  add_organization(keys, asked, asked.caller.account, "Principal");
  if (!asked.owner.empty()) {
    keys["aws:ResourceAccount"] = {asked.owner};
    add_organization(keys, asked, asked.owner, "Resource");
  }
  return keys;
}

}  // namespace millrace::policy::testing
