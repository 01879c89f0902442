// Who a token of an OpenID Connect provider says its bearer is, once it was found good.
#pragma once

#include "base/time.hpp"
#include "identity/issuer_keys.hpp"
#include "identity/oidc_providers.hpp"
#include "policy/principal.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::identity {

// Why a token or an assertion does not count.
struct IdentityFault : std::runtime_error {
  enum class Kind { invalid, expired, rejected, unreachable, unauthorised };
  IdentityFault(Kind its_kind, const std::string& what)
      : std::runtime_error(what), kind(its_kind) {}
  Kind kind;
};

// What a provider vouches for.
struct FederatedIdentity {
  policy::Principal caller;  // Kind::federated_identity
  std::string subject;
  std::string audience;
  std::string provider;  // its ARN, or "accounts.google.com"
  std::vector<std::pair<std::string, std::string>> tags;
  std::vector<std::string> transitive_tags;
  std::optional<std::string> source_identity;
};

// Two to 64 letters, digits and _+=,.@-, as AWS wants names of sessions and sources.
[[nodiscard]] bool is_session_word(std::string_view text);

// Throws IdentityFault. `account` is the role's, whose providers are asked.
[[nodiscard]] FederatedIdentity web_identity(OidcProviders& providers, const IssuerKeys& keys,
                                             std::string_view account, std::string_view token,
                                             base::Timestamp now);

}  // namespace millrace::identity
