// The authority: read or made once, and leaf certificates that it signs when a host is first asked
// for.
#include "http/tls.hpp"

#include "base/text.hpp"
#include "http/openssl_owned.hpp"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <chrono>
#include <list>
#include <mutex>
#include <stdexcept>

namespace millrace::http {

namespace {

using std::chrono::days;

constexpr days authority_life{3652};
// What browsers and Apple's platforms accept at most.
constexpr days leaf_life{397};
constexpr days leaf_renewal{30};
// For clients whose clocks are behind.
constexpr days backdating{1};
constexpr std::size_t leaves_limit = 256;
constexpr std::size_t host_limit_bytes = 253;
constexpr int serial_bits = 127;

void require(bool good, const char* what) {
  if (good) return;
  ERR_clear_error();
  throw std::runtime_error(std::string("OpenSSL failed: ") + what);
}

Owned<EVP_PKEY> make_key() {
  Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
  require(key != nullptr, "making a key");
  return key;
}

std::string text_of(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

std::string key_pem(EVP_PKEY* key) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_PKCS8PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1,
          "writing a key");
  return text_of(bio.get());
}

std::string certificate_pem(X509* certificate) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  require(PEM_write_bio_X509(bio.get(), certificate) == 1, "writing a certificate");
  return text_of(bio.get());
}

Owned<BIO> memory(const std::string& text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

void add_extension(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Owned<X509_EXTENSION> extension(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "adding an extension");
}

void set_serial(X509* certificate) {
  const Owned<BIGNUM> number(BN_new());
  require(BN_rand(number.get(), serial_bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
              BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr,
          "making a serial number");
}

// The fields that both kinds share; unsigned yet.
Owned<X509> draft(EVP_PKEY* key, base::Timestamp now, days life, const std::string& name) {
  Owned<X509> made(X509_new());
  require(made != nullptr, "making a certificate");
  X509_set_version(made.get(), X509_VERSION_3);
  set_serial(made.get());
  const auto begin = std::chrono::floor<std::chrono::seconds>(now - backdating);
  ASN1_TIME_set(X509_getm_notBefore(made.get()), begin.time_since_epoch().count());
  ASN1_TIME_set(X509_getm_notAfter(made.get()), (begin + life).time_since_epoch().count());
  X509_set_pubkey(made.get(), key);
  X509_NAME* subject = X509_get_subject_name(made.get());
  const auto add = [&](const char* field, const std::string& value) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(value.c_str());
    X509_NAME_add_entry_by_txt(subject, field, MBSTRING_UTF8, bytes, -1, -1, 0);
  };
  add("O", "Millrace");
  add("CN", name);
  return made;
}

struct Authority {
  Owned<X509> certificate;
  Owned<EVP_PKEY> key;
};

Authority make_authority(base::Timestamp now) {
  Authority made;
  made.key = make_key();
  // The serial number in the name keeps two authorities apart in a trust store.
  made.certificate = draft(made.key.get(), now, authority_life, "Millrace local authority");
  X509* certificate = made.certificate.get();
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(certificate, certificate, NID_subject_key_identifier, "hash");
  require(X509_sign(certificate, made.key.get(), EVP_sha256()) > 0, "signing the authority");
  return made;
}

bool is_address(const std::string& host) {
  unsigned char bytes[16];
  return ::inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

// Names come from clients: nothing but a name's own characters may reach the extension's syntax.
bool is_host(const std::string& host) {
  if (host.empty() || host.size() > host_limit_bytes) return false;
  return is_address(host) || std::all_of(host.begin(), host.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
                  c == '_';
         });
}

std::string alternative_names(const std::string& host) {
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  if (!host.empty() && host != "localhost") names += (is_address(host) ? ",IP:" : ",DNS:") + host;
  return names;
}

class LocalAuthority final : public CertificateSource {
 public:
  LocalAuthority(Authority authority, base::Clock& clock)
      : authority_(std::move(authority)),
        authority_pem_(http::certificate_pem(authority_.certificate.get())),
        leaf_key_(make_key()),
        leaf_key_pem_(key_pem(leaf_key_.get())),
        clock_(clock) {}

  Certificate certificate(std::string_view host) override {
    const std::string name = base::lower(host);
    if (!name.empty() && !is_host(name)) throw std::runtime_error("not a host name: " + name);
    const base::Timestamp now = clock_.wall();
    const std::lock_guard lock(mutex_);
    const auto known = std::find_if(leaves_.begin(), leaves_.end(),
                                    [&](const Leaf& leaf) { return leaf.host == name; });
    if (known != leaves_.end() && now < known->renewal) {
      leaves_.splice(leaves_.begin(), leaves_, known);
    } else {
      if (known != leaves_.end()) leaves_.erase(known);
      leaves_.push_front({name, make_leaf(name, now), now + leaf_life - backdating - leaf_renewal});
      if (leaves_.size() > leaves_limit) leaves_.pop_back();
    }
    return {leaves_.front().chain_pem, leaf_key_pem_};
  }

  [[nodiscard]] const std::string& authority_pem() const override { return authority_pem_; }

 private:
  struct Leaf {
    std::string host;
    std::string chain_pem;
    base::Timestamp renewal;
  };

  std::string make_leaf(const std::string& host, base::Timestamp now) {
    // A common name has 64 characters at most; clients look at the alternative names only.
    const std::string name = host.empty() || host.size() > 64 ? "localhost" : host;
    const Owned<X509> leaf = draft(leaf_key_.get(), now, leaf_life, name);
    X509* issuer = authority_.certificate.get();
    X509_set_issuer_name(leaf.get(), X509_get_subject_name(issuer));
    add_extension(leaf.get(), issuer, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(leaf.get(), issuer, NID_key_usage, "critical,digitalSignature");
    add_extension(leaf.get(), issuer, NID_ext_key_usage, "serverAuth");
    add_extension(leaf.get(), issuer, NID_authority_key_identifier, "keyid");
    add_extension(leaf.get(), issuer, NID_subject_alt_name, alternative_names(host));
    require(X509_sign(leaf.get(), authority_.key.get(), EVP_sha256()) > 0, "signing a certificate");
    return http::certificate_pem(leaf.get()) + authority_pem_;
  }

  const Authority authority_;
  const std::string authority_pem_;
  // One for all leaves: they end in the same process.
  const Owned<EVP_PKEY> leaf_key_;
  const std::string leaf_key_pem_;
  base::Clock& clock_;
  std::mutex mutex_;        // guards the leaves
  std::list<Leaf> leaves_;  // the last used first
};

Authority read_authority(base::Files& files, const std::string& certificate_path,
                         const std::string& key_path) {
  const std::string certificate = base::read_file(files, certificate_path);
  const std::string key = base::read_file(files, key_path);
  Authority read;
  read.certificate.reset(PEM_read_bio_X509(memory(certificate).get(), nullptr, nullptr, nullptr));
  read.key.reset(PEM_read_bio_PrivateKey(memory(key).get(), nullptr, nullptr, nullptr));
  if (!read.certificate || !read.key ||
      X509_check_private_key(read.certificate.get(), read.key.get()) != 1) {
    ERR_clear_error();
    throw std::runtime_error(
        certificate_path + " and " + key_path +
        " are not a certificate and its key; remove both to have new ones made");
  }
  return read;
}

}  // namespace

std::unique_ptr<CertificateSource> open_authority(base::Files& files, const std::string& folder,
                                                  base::Clock& clock) {
  const std::string certificate_path = folder + "/authority.pem";
  const std::string key_path = folder + "/authority-key.pem";
  // The certificate is written last and removed first: where it is, the key that belongs to it is
  // too.
  if (files.exists(certificate_path) && files.exists(key_path))
    return std::make_unique<LocalAuthority>(read_authority(files, certificate_path, key_path),
                                            clock);
  files.make_folders(folder);
  files.remove(certificate_path);
  files.sync_folder(folder);
  Authority made = make_authority(clock.wall());
  base::replace_file(files, key_path, key_pem(made.key.get()));
  base::replace_file(files, certificate_path, certificate_pem(made.certificate.get()));
  return std::make_unique<LocalAuthority>(std::move(made), clock);
}

}  // namespace millrace::http
