// A SAML response before its signature is looked at, an assertion after it, and a provider's
// metadata.
#include "base/xml.hpp"
#include "fuzz.hpp"
#include "identity/saml_identity.hpp"
#include "identity/saml_metadata.hpp"
#include "identity/xml_signature.hpp"

namespace millrace::fuzz {
namespace {

void verify(std::string_view input) {
  try {
    (void)identity::signed_assertion(input, {"no certificate"});
    MILLRACE_ASSERT(false);
  } catch (const identity::UnsignedResponse&) {
    return;
  }
}

void read(std::string_view input) {
  const identity::SamlProvider provider{
      .account = "111111111111", .name = "p", .arn = "arn:aws:iam::111111111111:saml-provider/p"};
  try {
    (void)identity::read_assertion(
        {provider, "arn:aws:iam::111111111111:role/r", base::Timestamp{}}, base::parse_xml(input));
  } catch (const base::XmlError&) {
    return;
  } catch (const identity::IdentityFault&) {
    return;
  }
}

void describe(std::string_view input) {
  try {
    (void)identity::parse_saml_metadata(input);
  } catch (const identity::InvalidProvider&) {
    return;
  }
}

}  // namespace

void run(std::string_view input) {
  verify(input);
  read(input);
  describe(input);
}

}  // namespace millrace::fuzz
