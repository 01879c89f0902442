// What the library `millrace-saml` offers to `xml_signature.cpp`, which loads it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

struct SamlVerdict {
  std::string assertion;  // empty where `fault` says why
  std::string fault;
};

// Safe from any thread.
extern "C" __attribute__((visibility("default"))) void verify_saml_response(
    std::string_view response, const std::vector<std::string>& certificates, SamlVerdict& verdict);

}  // namespace millrace::identity
