#include "identity/saml_metadata.hpp"

#include "base/encoding.hpp"
#include "base/xml.hpp"
#include "identity/oidc_providers.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>

#include <algorithm>

namespace millrace::identity {
namespace {

using base::XmlElement;

constexpr int least_key_bits = 1024;

[[noreturn]] void unparseable() { throw InvalidProvider("Could not parse metadata"); }

// The key of a certificate in DER must be a real one of some strength, as AWS asks.
void check_certificate(const std::string& der) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  X509* const certificate = d2i_X509(nullptr, &at, static_cast<long>(der.size()));
  EVP_PKEY* const key = certificate != nullptr ? X509_get0_pubkey(certificate) : nullptr;
  const int type = key != nullptr ? EVP_PKEY_get_base_id(key) : EVP_PKEY_NONE;
  const int bits = key != nullptr ? EVP_PKEY_get_bits(key) : 0;
  X509_free(certificate);
  ERR_clear_error();
  const bool is_strong = type == EVP_PKEY_EC || (type == EVP_PKEY_RSA && bits >= least_key_bits);
  if (!is_strong) unparseable();
}

void add_certificates(const XmlElement& descriptor, SamlEntity& into) {
  const std::string* use = descriptor.attribute("use");
  const XmlElement* info = descriptor.child("KeyInfo");
  if (info == nullptr || (use != nullptr && *use != "signing")) return;
  for (const XmlElement& data : info->children) {
    if (data.name != "X509Data") continue;
    for (const XmlElement& one : data.children) {
      if (one.name != "X509Certificate") continue;
      const auto der = from_wrapped_base64(one.text);
      if (!der || into.certificates.size() == saml_certificates_limit) unparseable();
      check_certificate(*der);
      into.certificates.push_back(*der);
    }
  }
}

void add_entity(const XmlElement& element, SamlMetadata& into) {
  const std::string* id = element.attribute("entityID");
  const XmlElement* role = element.child("IDPSSODescriptor");
  if (role == nullptr) return;
  if (id == nullptr || id->empty() || into.entities.size() == saml_entities_limit) unparseable();
  SamlEntity entity{.id = *id, .certificates = {}};
  for (const XmlElement& one : role->children) {
    if (one.name == "KeyDescriptor") add_certificates(one, entity);
  }
  if (entity.certificates.empty()) unparseable();
  into.entities.push_back(std::move(entity));
}

XmlElement parse(std::string_view document) {
  try {
    return base::parse_xml(document);
  } catch (const base::XmlError&) {
    unparseable();
  }
}

}  // namespace

std::optional<std::string> from_wrapped_base64(std::string_view text) {
  std::string plain(text);
  std::erase_if(plain, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
  if (plain.empty()) return std::nullopt;
  return base::from_base64(plain);
}

SamlMetadata parse_saml_metadata(std::string_view document) {
  const XmlElement root = parse(document);
  SamlMetadata metadata;
  if (root.name == "EntityDescriptor") add_entity(root, metadata);
  if (root.name == "EntitiesDescriptor") {
    for (const XmlElement& one : root.children) {
      if (one.name == "EntityDescriptor") add_entity(one, metadata);
    }
  }
  if (metadata.entities.empty()) unparseable();
  if (const std::string* until = root.attribute("validUntil")) {
    metadata.valid_until = base::parse_iso8601(*until);
    if (!metadata.valid_until) unparseable();
  }
  return metadata;
}

}  // namespace millrace::identity
