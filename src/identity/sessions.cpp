// Sessions as AWS composes them: tags by precedence, source identities that stay, keys of providers
// that outlive the asking.
#include "identity/sessions.hpp"

#include "base/arn.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

bool holds_name(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [name](const std::string& one) {
    return base::equal_ignoring_case(one, name);
  });
}

// A session's tag hides the entity's tag of that name, regardless of case.
void add_session_tags(policy::TagPairs& tags, const policy::TagPairs& of_session) {
  for (const auto& added : of_session) {
    std::erase_if(tags, [&added](const auto& tag) {
      return base::equal_ignoring_case(tag.first, added.first);
    });
    tags.push_back(added);
  }
}

// Of what a provider said, AWS lets these keys take part in decisions about the session's requests.
bool outlives_asking(std::string_view key) {
  const std::string claim = base::lower(key.substr(key.rfind(':') + 1));
  constexpr std::string_view of_saml[] = {"namequalifier", "sub", "sub_type"};
  constexpr std::string_view of_tokens[] = {"amr", "aud", "sub"};
  if (key.starts_with("saml:"))
    return std::find(std::begin(of_saml), std::end(of_saml), claim) != std::end(of_saml);
  return std::find(std::begin(of_tokens), std::end(of_tokens), claim) != std::end(of_tokens);
}

void keep_provider(const policy::Principal& caller, policy::Principal& session) {
  if (caller.kind != policy::Principal::Kind::federated_identity) return;
  session.federated_provider = caller.federated_provider;
  for (const auto& [key, values] : caller.federated_keys) {
    if (outlives_asking(key)) session.federated_keys[key] = values;
  }
}

}  // namespace

policy::Principal session_of_role(const Role& role, std::string_view session_name) {
  const Entity& entity = role.entity;
  const std::string session(session_name);
  return {
      .kind = policy::Principal::Kind::role_session,
      .account = entity.account,
      .arn = base::arn("sts", "", entity.account, "assumed-role/" + entity.name + "/" + session),
      .user_id = entity.id + ":" + session,
      .name = entity.name,
      .role_arn = entity.arn,
      .session_name = session,
      .tags = entity.tags};
}

std::string_view holder_id(const policy::Principal& principal) {
  const std::string_view id = principal.user_id;
  if (principal.kind == policy::Principal::Kind::user) return id;
  if (principal.kind == policy::Principal::Kind::role_session) return id.substr(0, id.find(':'));
  return principal.kind == policy::Principal::Kind::federated_user ? principal.voucher_id
                                                                   : std::string_view();
}

policy::TagPairs inherited_tags(const policy::Principal& caller) {
  policy::TagPairs tags;
  for (const auto& tag : caller.tags) {
    if (holds_name(caller.transitive_tags, tag.first)) tags.push_back(tag);
  }
  return tags;
}

std::string_view assuming_action(const policy::Principal& caller) {
  if (caller.kind != policy::Principal::Kind::federated_identity) return "sts:AssumeRole";
  const bool is_saml = caller.federated_provider.find(":saml-provider/") != std::string::npos;
  return is_saml ? "sts:AssumeRoleWithSAML" : "sts:AssumeRoleWithWebIdentity";
}

policy::Principal session_for(const Role& role, const AssumeRequest& request) {
  policy::Principal session = session_of_role(role, request.session_name);
  session.session_policy = request.session_policy;
  session.source_identity =
      request.source_identity ? request.source_identity : request.caller.source_identity;
  add_session_tags(session.tags, request.session_tags);
  keep_provider(request.caller, session);
  return session;
}

policy::Conditions request_conditions(const AssumeRequest& request) {
  policy::Conditions conditions = request.conditions;
  conditions["sts:RoleSessionName"] = {request.session_name};
  if (request.external_id) conditions["sts:ExternalId"] = {*request.external_id};
  if (request.source_identity) conditions["sts:SourceIdentity"] = {*request.source_identity};
  if (request.session_tags.empty()) return conditions;
  std::vector<std::string> names;
  for (const auto& [name, value] : request.session_tags) {
    conditions["aws:RequestTag/" + name] = {value};
    names.push_back(name);
  }
  conditions["aws:TagKeys"] = std::move(names);
  return conditions;
}

policy::Principal federated_user(const FederationRequest& request) {
  const policy::Principal& user = request.user;
  policy::Principal session{
      .kind = policy::Principal::Kind::federated_user,
      .account = user.account,
      .arn = base::arn("sts", "", user.account, "federated-user/" + request.name),
      .user_id = user.account + ":" + request.name,
      .name = user.name,
      .voucher_id = std::string(holder_id(user)),
      .session_name = request.name,
      .session_policy = request.session_policy,
      .session_policy_arns = request.session_policy_arns,
      .tags = user.tags};
  add_session_tags(session.tags, request.session_tags);
  return session;
}

}  // namespace millrace::identity
