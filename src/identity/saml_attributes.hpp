// The attributes of an assertion that AWS knows: what they ask of a session, and which condition
// keys they become.
#pragma once

#include "base/xml.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

using SamlAttributes = std::map<std::string, std::vector<std::string>, std::less<>>;

// All statements' attributes by name.
[[nodiscard]] SamlAttributes saml_attributes(const base::XmlElement& assertion);

// "saml:mail" and the like, with their values.
[[nodiscard]] std::map<std::string, std::vector<std::string>> saml_attribute_keys(
    const SamlAttributes& attributes);

}  // namespace millrace::identity
