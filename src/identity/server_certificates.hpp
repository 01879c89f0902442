// Server certificates of accounts, kept with their chains; the private keys lie sealed and are
// never shown.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "identity/certificate.hpp"
#include "identity/vault.hpp"
#include "store/records.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::identity {

struct ServerCertificate {
  std::string account;
  std::string path = "/";
  std::string name;
  std::string id;   // ASCA...
  std::string arn;  // arn:aws:iam::A:server-certificate/PATH/NAME
  base::Timestamp uploaded;
  base::Timestamp expires;
  CertificateParts parts;  // without the private key where it was read
  store::Tags tags;
};

// Everything throws NoSuchEntity for a certificate that is not there.
class ServerCertificates {
 public:
  ServerCertificates(store::Database& database, store::Records& records, const Vault& vault,
                     base::Clock& clock, base::Random& random)
      : database_(database), records_(records), vault_(vault), clock_(clock), random_(random) {}

  // Sets id, ARN and times; the rest is the caller's. MalformedCertificate, KeyPairMismatch,
  // EntityExists, LimitExceeded.
  ServerCertificate upload(ServerCertificate certificate);
  [[nodiscard]] ServerCertificate certificate(std::string_view account, std::string_view name);
  [[nodiscard]] std::optional<ServerCertificate> find(std::string_view account,
                                                      std::string_view name);
  [[nodiscard]] std::vector<ServerCertificate> list(std::string_view account);
  void rename(std::string_view account, std::string_view name, const std::string& new_name,
              const std::string& new_path);  // EntityExists
  void erase(std::string_view account, std::string_view name);

 private:
  store::Database& database_;
  store::Records& records_;
  const Vault& vault_;
  base::Clock& clock_;
  base::Random& random_;
};

[[nodiscard]] std::string server_certificate_arn(std::string_view account, std::string_view path,
                                                 std::string_view name);

}  // namespace millrace::identity
