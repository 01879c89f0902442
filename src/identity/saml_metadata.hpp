// What a SAML provider says of itself: its name, the certificates that it signs with, how long that
// holds.
#pragma once

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

constexpr std::size_t saml_entities_limit = 10;      // identity providers in one document
constexpr std::size_t saml_certificates_limit = 10;  // of one of them

struct SamlEntity {
  std::string id;                         // the issuer of its assertions
  std::vector<std::string> certificates;  // DER
};

struct SamlMetadata {
  std::vector<SamlEntity> entities;
  std::optional<base::Timestamp> valid_until;
};

// Throws InvalidProvider.
[[nodiscard]] SamlMetadata parse_saml_metadata(std::string_view document);

// Without white space, which base64 in XML may have anywhere; nothing where it is none.
[[nodiscard]] std::optional<std::string> from_wrapped_base64(std::string_view text);

}  // namespace millrace::identity
