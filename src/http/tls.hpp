// Certificates: the server's own authority, made at first start, and a certificate of it for each
// host that a client names.
#pragma once

#include "base/files.hpp"
#include "base/time.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace millrace::http {

struct Certificate {
  std::string chain_pem;
  std::string key_pem;
};

class CertificateSource {
 public:
  virtual ~CertificateSource() = default;
  // For a host name or address; the default (localhost, 127.0.0.1, ::1) when empty. Kept in memory,
  // bounded.
  [[nodiscard]] virtual Certificate certificate(std::string_view host) = 0;
  [[nodiscard]] virtual const std::string& authority_pem() const = 0;
};

// Reads or makes FOLDER/authority.pem and authority-key.pem (0600), written so that a crash leaves
// both or neither.
[[nodiscard]] std::unique_ptr<CertificateSource> open_authority(base::Files& files,
                                                                const std::string& folder,
                                                                base::Clock& clock);

}  // namespace millrace::http
