// Who calls: an account's root, a user, a role's session, a service, or nobody known.
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::identity {

struct Principal {
  enum class Kind { root, user, role_session, service, anonymous };
  Kind kind = Kind::anonymous;
  std::string account;  // empty for services and the anonymous
  std::string
      arn;  // arn:aws:iam::A:user/N, arn:aws:sts::A:assumed-role/R/SESSION, arn:aws:iam::A:root
  std::string user_id;   // AIDA..., AROA...:SESSION, or the account of a root
  std::string name;      // user or role name; a service's "sagemaker.amazonaws.com"
  std::string role_arn;  // of a role's session
  std::string session_name;
  std::optional<std::string> session_policy;              // JSON, narrows a role's session
  std::vector<std::pair<std::string, std::string>> tags;  // principal and session tags
  std::optional<std::string> source_identity;             // set when the role was assumed
};

// What a signature is checked with.
struct Credential {
  std::string access_key_id;
  std::string secret;
  Principal principal;
  bool active = true;
  std::optional<std::string> session_token;  // temporary credentials only
  std::optional<base::Timestamp> expires;    // on the service clock
};

}  // namespace millrace::identity
