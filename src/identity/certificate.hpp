// X.509 certificates and private keys in PEM: whether they are what they claim, and fit each other.
#pragma once

#include "base/time.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::identity {

constexpr std::size_t chain_certificates_limit = 100;

// Not in PEM, not in force, or a chain that does not hold; the message is AWS's where it is known.
struct MalformedCertificate : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct InvalidCertificate : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The account has it already.
struct DuplicateCertificate : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct KeyPairMismatch : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct CertificateParts {
  std::string body;
  std::string private_key;
  std::optional<std::string> chain;
};

// When the certificate ends. Throws MalformedCertificate or KeyPairMismatch for parts of which one
// is none or that do not belong together; `now` must be in the certificate's time.
[[nodiscard]] base::Timestamp check_certificate(const CertificateParts& parts, base::Timestamp now);

// A certificate without its key. Throws MalformedCertificate, or InvalidCertificate outside of its
// time.
void check_lone_certificate(const std::string& body, base::Timestamp now);

}  // namespace millrace::identity
