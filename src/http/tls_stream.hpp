// TLS over a connected socket, with the certificate that the client's server name asks for.
#pragma once

#include "http/stream.hpp"
#include "http/tls.hpp"
#include "http/tls_session.hpp"

#include <memory>
#include <string>

namespace millrace::http {

class TlsStream : public Stream {
 public:
  // After the handshake.
  [[nodiscard]] virtual TlsSession session() const = 0;
  // Goes on with the handshake; `end` when it is done.
  [[nodiscard]] virtual Io handshake() = 0;
  // Tells the peer that no more will come.
  virtual void finish() = 0;
};

// Safe from any thread; keeps the certificates' contexts of the hosts asked for last.
class TlsAcceptor {
 public:
  virtual ~TlsAcceptor() = default;
  // `host`: for clients that name none, empty for the default. The acceptor and the descriptor
  // outlive the stream.
  [[nodiscard]] virtual std::unique_ptr<TlsStream> accept(int descriptor,
                                                          const std::string& host) = 0;
};

[[nodiscard]] std::unique_ptr<TlsAcceptor> make_tls_acceptor(CertificateSource& certificates);

}  // namespace millrace::http
