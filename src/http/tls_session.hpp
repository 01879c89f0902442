// What a connection's TLS was agreed to be.
#pragma once

#include <string_view>

namespace millrace::http {

class Exchange;

// Empty without TLS. The names are OpenSSL's own and last as long as the program.
struct TlsSession {
  std::string_view version;  // "TLSv1.3"
  std::string_view cipher;   // "TLS_AES_256_GCM_SHA384"
};

// Of the connection that a request came by.
[[nodiscard]] TlsSession tls_session_of(const Exchange& exchange);

}  // namespace millrace::http
