#include "identity/certificate.hpp"

#include "identity/freed.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <vector>

namespace millrace::identity {
namespace {

using Input = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

Input reader_of(std::string_view text) {
  return Input(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

// OpenSSL would ask at the terminal.
int no_password(char*, int, int, void*) { return 0; }

Certificate next_certificate(BIO* input) {
  Certificate read(PEM_read_bio_X509(input, nullptr, no_password, nullptr));
  ERR_clear_error();
  return read;
}

Certificate parse_certificate(std::string_view text) {
  const Input input = reader_of(text);
  Certificate read = next_certificate(input.get());
  if (read && X509_get0_pubkey(read.get()) != nullptr) return read;
  throw MalformedCertificate(
      "Unable to parse certificate. Please ensure the certificate is in PEM format.");
}

Key parse_key(std::string_view text) {
  const Input input = reader_of(text);
  Key read(PEM_read_bio_PrivateKey(input.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  if (read) return read;
  throw MalformedCertificate(
      "Unable to parse private key. Please ensure the private key is in PEM format.");
}

[[noreturn]] void broken_chain(int index) {
  throw MalformedCertificate(
      "Unable to validate certificate chain. The certificate chain must start with the immediate "
      "signing certificate, followed by any intermediaries in order. The index within the chain of "
      "the invalid certificate is: " +
      std::to_string(index));
}

bool is_issued_by(X509* certificate, X509* issuer) {
  const bool names_it =
      X509_NAME_cmp(X509_get_issuer_name(certificate), X509_get_subject_name(issuer)) == 0;
  EVP_PKEY* key = X509_get0_pubkey(issuer);
  const bool is_signed = names_it && key != nullptr && X509_verify(certificate, key) == 1;
  ERR_clear_error();
  return is_signed;
}

void check_chain(X509* leaf, std::string_view text) {
  const Input input = reader_of(text);
  std::vector<Certificate> chain;
  while (Certificate next = next_certificate(input.get())) {
    if (chain.size() == chain_certificates_limit) broken_chain(static_cast<int>(chain.size()));
    chain.push_back(std::move(next));
  }
  if (chain.empty()) broken_chain(-1);
  X509* below = leaf;
  for (std::size_t i = 0; i < chain.size(); ++i) {
    if (!is_issued_by(below, chain[i].get())) broken_chain(static_cast<int>(i) - 1);
    below = chain[i].get();
  }
}

std::optional<base::Timestamp> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  return base::Timestamp(std::chrono::seconds(::timegm(&parts)));
}

// When it ends; nothing for one that is not in force.
std::optional<base::Timestamp> end_of(X509* certificate, base::Timestamp now) {
  const auto begins = time_of(X509_get0_notBefore(certificate));
  const auto ends = time_of(X509_get0_notAfter(certificate));
  if (!begins || !ends || now < *begins || now > *ends) return std::nullopt;
  return ends;
}

constexpr const char* not_in_force = "The certificate is not valid now: see its validity period.";

}  // namespace

void check_lone_certificate(const std::string& body, base::Timestamp now) {
  const Certificate certificate = parse_certificate(body);
  if (!end_of(certificate.get(), now)) throw InvalidCertificate(not_in_force);
}

base::Timestamp check_certificate(const CertificateParts& parts, base::Timestamp now) {
  const Certificate certificate = parse_certificate(parts.body);
  const Key key = parse_key(parts.private_key);
  const auto ends = end_of(certificate.get(), now);
  if (!ends) throw MalformedCertificate(not_in_force);
  const bool fits = X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  if (!fits) throw KeyPairMismatch("The private key does not match the certificate.");
  if (parts.chain) check_chain(certificate.get(), *parts.chain);
  return *ends;
}

}  // namespace millrace::identity
