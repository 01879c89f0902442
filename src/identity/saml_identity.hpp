// Who an assertion of a SAML provider says its subject is, once it was found good.
#pragma once

#include "base/time.hpp"
#include "base/xml.hpp"
#include "identity/saml_providers.hpp"
#include "identity/web_identity.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace millrace::identity {

struct SamlIdentity {
  FederatedIdentity who;     // its audience is the assertion's recipient
  std::string subject_type;  // "persistent", "transient", or a format's URI
  std::string issuer;
  std::string name_qualifier;
  std::string session_name;
  std::optional<std::string> one_time_id;  // the assertion's, which may be used once
  base::Timestamp redeemable_until;
  // The session ends by then, and lasts no longer.
  std::optional<base::Timestamp> ends;
  std::optional<std::int64_t> longest_s;
};

struct SamlQuestion {
  const SamlProvider& provider;
  std::string_view role_arn;
  base::Timestamp now;
};

// Of a response in base64. Throws IdentityFault.
[[nodiscard]] SamlIdentity saml_identity(const SamlQuestion& question, std::string_view response);

// Of an assertion whose signature holds.
[[nodiscard]] SamlIdentity read_assertion(const SamlQuestion& question,
                                          const base::XmlElement& assertion);

}  // namespace millrace::identity
