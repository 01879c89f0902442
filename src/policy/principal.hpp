// Who calls: an account's root, a user, a role's session, a user's federated session, a service, an
// identity of a provider that asks for a role, or nobody known.
#pragma once

#include "base/time.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::policy {

struct Principal {
  enum class Kind {
    root,
    user,
    role_session,
    federated_user,      // of GetFederationToken: `name` is the user who vouches for it
    federated_identity,  // known to a provider, and to no account until it has a role
    service,
    anonymous
  };
  Kind kind = Kind::anonymous;
  std::string account;  // empty for services and the anonymous
  // arn:aws:iam::A:user/N, arn:aws:sts::A:assumed-role/R/SESSION, arn:aws:iam::A:root,
  // arn:aws:sts::A:federated-user/SESSION
  std::string arn;
  std::string user_id;          // AIDA..., AROA...:SESSION, A:SESSION, or the account of a root
  std::string name;             // user or role name; a service's "sagemaker.amazonaws.com"
  std::string voucher_id = {};  // of a federated user's user; empty where a root vouches for it
  std::string role_arn;         // of a role's session
  std::string session_name;
  std::optional<std::string> session_policy;              // JSON, narrows a session
  std::vector<std::string> session_policy_arns;           // managed policies that narrow it too
  std::vector<std::pair<std::string, std::string>> tags;  // principal and session tags
  std::vector<std::string> transitive_tags;    // names: the next role of a chain has them too
  std::optional<std::string> source_identity;  // set when the role was assumed

  // Of temporary credentials alone, on the service clock: when they were made, and when a device's
  // code was shown for them.
  std::optional<base::Timestamp> token_issued;
  std::optional<base::Timestamp> mfa_authenticated;

  // Of who came by an identity provider, or by a session that did: the provider's ARN or domain,
  // and the condition keys that it gave ("accounts.google.com:aud", "saml:sub").
  std::string federated_provider;
  std::map<std::string, std::vector<std::string>> federated_keys;
};

}  // namespace millrace::policy
