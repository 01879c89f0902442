// An access key and whose it is.
#pragma once

#include "base/time.hpp"
#include "policy/principal.hpp"

#include <optional>
#include <string>

namespace millrace::identity {

// What a signature is checked with.
struct Credential {
  std::string access_key_id;
  std::string secret;
  policy::Principal principal;
  bool active = true;
  std::optional<std::string> session_token;  // temporary credentials only
  std::optional<base::Timestamp> expires;    // on the service clock
};

}  // namespace millrace::identity
