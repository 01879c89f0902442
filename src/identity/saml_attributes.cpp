// The names of attributes are AWS's table of directories' attributes and the keys they map to.
#include "identity/saml_attributes.hpp"

#include "base/text.hpp"

#include <utility>

namespace millrace::identity {
namespace {

constexpr std::pair<std::string_view, std::string_view> keys[] = {
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "edupersonaffiliation"},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.2", "edupersonnickname"},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.3", "edupersonorgdn"},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.4", "edupersonorgunitdn"},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.5", "edupersonprimaryaffiliation"},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "edupersonprincipalname"},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.7", "edupersonentitlement"},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.8", "edupersonprimaryorgunitdn"},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.9", "edupersonscopedaffiliation"},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.10", "edupersontargetedid"},
    {"urn:oid:1.3.6.1.4.1.5923.1.1.1.11", "edupersonassurance"},
    {"urn:oid:1.3.6.1.4.1.5923.1.2.1.2", "eduorghomepageuri"},
    {"urn:oid:1.3.6.1.4.1.5923.1.2.1.3", "eduorgidentityauthnpolicyuri"},
    {"urn:oid:1.3.6.1.4.1.5923.1.2.1.4", "eduorglegalname"},
    {"urn:oid:1.3.6.1.4.1.5923.1.2.1.5", "eduorgsuperioruri"},
    {"urn:oid:1.3.6.1.4.1.5923.1.2.1.6", "eduorgwhitepagesuri"},
    {"urn:oid:2.5.4.3", "cn"},
    {"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name", "name"},
    {"http://schemas.xmlsoap.org/claims/CommonName", "commonName"},
    {"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname", "givenName"},
    {"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname", "surname"},
    {"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "mail"},
    {"http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid", "uid"},
    {"2.5.4.3", "commonName"},
    {"2.5.4.4", "surname"},
    {"2.4.5.42", "givenName"},
    {"2.5.4.45", "x500UniqueIdentifier"},
    {"0.9.2342.19200300100.1.1", "uid"},
    {"0.9.2342.19200300100.1.3", "mail"},
    {"0.9.2342.19200300.100.1.45", "organizationStatus"},
};

}  // namespace

SamlAttributes saml_attributes(const base::XmlElement& assertion) {
  SamlAttributes all;
  for (const base::XmlElement& statement : assertion.children) {
    if (statement.name != "AttributeStatement") continue;
    for (const base::XmlElement& attribute : statement.children) {
      const std::string* name = attribute.attribute("Name");
      if (attribute.name != "Attribute" || name == nullptr) continue;
      auto& values = all[*name];
      for (const base::XmlElement& value : attribute.children) {
        if (value.name == "AttributeValue") values.emplace_back(base::trim(value.text));
      }
    }
  }
  return all;
}

// Of several attributes for one key only the first counts, as AWS warns.
std::map<std::string, std::vector<std::string>> saml_attribute_keys(
    const SamlAttributes& attributes) {
  std::map<std::string, std::vector<std::string>> found;
  for (const auto& [name, key] : keys) {
    const auto attribute = attributes.find(name);
    if (attribute != attributes.end())
      found.try_emplace("saml:" + std::string(key), attribute->second);
  }
  return found;
}

}  // namespace millrace::identity
