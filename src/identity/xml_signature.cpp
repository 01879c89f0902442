// xmlsec stands in a library of its own, loaded by the first response: with it come libxml2 and
// ICU.
#include "identity/xml_signature.hpp"

#include "base/xml.hpp"
#include "identity/saml_module.hpp"

#include <dlfcn.h>

namespace millrace::identity {
namespace {

constexpr const char* module_file = "libmillrace-saml.so";  // found by the program's run path

decltype(&verify_saml_response) module_function() {
  void* const module = ::dlopen(module_file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  void* const found = module == nullptr ? nullptr : ::dlsym(module, "verify_saml_response");
  if (found == nullptr) throw std::runtime_error(::dlerror());
  return reinterpret_cast<decltype(&verify_saml_response)>(found);
}

// Document types and bombs end here, before libxml2 sees them.
void check_plain(std::string_view document) {
  try {
    (void)base::parse_xml(document);
  } catch (const base::XmlError& error) {
    throw UnsignedResponse(error.what());
  }
}

}  // namespace

std::string signed_assertion(std::string_view response,
                             const std::vector<std::string>& certificates) {
  check_plain(response);
  static const auto verify = module_function();
  SamlVerdict verdict;
  verify(response, certificates, verdict);
  if (verdict.assertion.empty()) throw UnsignedResponse(verdict.fault);
  return std::move(verdict.assertion);
}

}  // namespace millrace::identity
