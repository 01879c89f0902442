// What of a SAML response its provider has signed, and nothing else of it.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

// The document is no response, or what it holds is not signed by one of the certificates, whole and
// just once.
struct UnsignedResponse : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The response's one assertion as XML, as it was signed and without its signature; what a reader
// takes from this was vouched for, wherever else in the document something like it may stand.
// Certificates are in DER. Throws UnsignedResponse.
[[nodiscard]] std::string signed_assertion(std::string_view response,
                                           const std::vector<std::string>& certificates);

}  // namespace millrace::identity
