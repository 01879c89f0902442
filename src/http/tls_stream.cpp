// TLS by OpenSSL on a socket of ours, and the contexts of the hosts that clients name.
#include "http/tls_stream.hpp"

#include "http/openssl_owned.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <list>
#include <mutex>
#include <stdexcept>

namespace millrace::http {

namespace {

constexpr std::size_t contexts_limit = 256;
constexpr std::size_t file_step_bytes = 64 * 1024;

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL, and a lost client would end the program.
struct SocketBio {
  static int descriptor(BIO* bio) {
    return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
  }

  static int finish(BIO* bio, ssize_t count, bool writing) {
    BIO_clear_retry_flags(bio);
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
      if (writing)
        BIO_set_retry_write(bio);
      else
        BIO_set_retry_read(bio);
    }
    return static_cast<int>(count);
  }

  static int read(BIO* bio, char* out, int size) {
    return finish(bio, ::recv(descriptor(bio), out, static_cast<std::size_t>(size), 0), false);
  }

  static int write(BIO* bio, const char* bytes, int size) {
    const auto count = static_cast<std::size_t>(size);
    return finish(bio, ::send(descriptor(bio), bytes, count, MSG_NOSIGNAL), true);
  }

  static long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  static Owned<BIO_METHOD> method() {
    Owned<BIO_METHOD> made(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket"));
    BIO_meth_set_read(made.get(), read);
    BIO_meth_set_write(made.get(), write);
    BIO_meth_set_ctrl(made.get(), control);
    return made;
  }
};

class OpenSslStream final : public TlsStream {
 public:
  explicit OpenSslStream(Owned<SSL> ssl) : ssl_(std::move(ssl)) {}

  Io handshake() override {
    ERR_clear_error();
    const int result = SSL_accept(ssl_.get());
    return result == 1 ? Io{Io::Kind::end, 0} : trouble(result);
  }

  Io read(char* out, std::size_t size) override {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_read_ex(ssl_.get(), out, size, &count);
    return result == 1 ? Io{Io::Kind::bytes, count} : trouble(result);
  }

  Io write(std::string_view bytes, bool) override {
    ERR_clear_error();
    std::size_t count = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
    return result == 1 ? Io{Io::Kind::bytes, count} : trouble(result);
  }

  Io send_file(int file, std::uint64_t offset, std::size_t length,
               std::span<char> scratch) override {
    const std::size_t step = std::min({length, scratch.size(), file_step_bytes});
    const ssize_t got = ::pread(file, scratch.data(), step, static_cast<off_t>(offset));
    if (got <= 0) return {Io::Kind::failed, 0};
    return write({scratch.data(), static_cast<std::size_t>(got)}, false);
  }

  TlsSession session() const override {
    return {.version = SSL_get_version(ssl_.get()), .cipher = SSL_get_cipher_name(ssl_.get())};
  }

  void finish() override {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }

 private:
  Io trouble(int result) {
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return {Io::Kind::want_read, 0};
      case SSL_ERROR_WANT_WRITE:
        return {Io::Kind::want_write, 0};
      case SSL_ERROR_ZERO_RETURN:
        return {Io::Kind::end, 0};
      default:
        return {Io::Kind::failed, 0};
    }
  }

  Owned<SSL> ssl_;
};

class SniAcceptor final : public TlsAcceptor {
 public:
  explicit SniAcceptor(CertificateSource& certificates)
      : certificates_(certificates), bio_method_(SocketBio::method()) {}

  std::unique_ptr<TlsStream> accept(int descriptor, const std::string& host) override {
    Owned<SSL> ssl(SSL_new(context(host).get()));
    if (!ssl) throw std::runtime_error("OpenSSL has no memory for a connection");
    BIO* bio = BIO_new(bio_method_.get());
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(descriptor)));
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl.get(), bio, bio);
    SSL_set_accept_state(ssl.get());
    return std::make_unique<OpenSslStream>(std::move(ssl));
  }

 private:
  // Shared: a connection keeps the context that it began with, though the cache has dropped it.
  using Context = std::shared_ptr<SSL_CTX>;
  struct Known {
    std::string host;
    std::string chain_pem;
    Context context;
  };

  static int choose(SSL* ssl, int*, void* self) {
    const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    if (name == nullptr) return SSL_TLSEXT_ERR_NOACK;
    try {
      SSL_set_SSL_CTX(ssl, static_cast<SniAcceptor*>(self)->context(name).get());
    } catch (const std::exception&) {
      return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    return SSL_TLSEXT_ERR_OK;
  }

  // A certificate that was renewed gets a new context.
  Context context(const std::string& host) {
    const Certificate certificate = certificates_.certificate(host);
    const std::lock_guard lock(mutex_);
    const auto known = std::find_if(known_.begin(), known_.end(),
                                    [&](const Known& one) { return one.host == host; });
    if (known != known_.end() && known->chain_pem == certificate.chain_pem) {
      known_.splice(known_.begin(), known_, known);
      return known->context;
    }
    if (known != known_.end()) known_.erase(known);
    known_.push_front({host, certificate.chain_pem, make(certificate)});
    if (known_.size() > contexts_limit) known_.pop_back();
    return known_.front().context;
  }

  Context make(const Certificate& certificate) {
    Context context(SSL_CTX_new(TLS_server_method()), OpenSslFree());
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_tlsext_servername_callback(context.get(), choose);
    SSL_CTX_set_tlsext_servername_arg(context.get(), this);
    use(context.get(), certificate);
    return context;
  }

  static void use(SSL_CTX* context, const Certificate& certificate) {
    const Owned<BIO> chain(BIO_new_mem_buf(certificate.chain_pem.data(),
                                           static_cast<int>(certificate.chain_pem.size())));
    const Owned<BIO> secret(
        BIO_new_mem_buf(certificate.key_pem.data(), static_cast<int>(certificate.key_pem.size())));
    const Owned<X509> leaf(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
    const Owned<EVP_PKEY> key(PEM_read_bio_PrivateKey(secret.get(), nullptr, nullptr, nullptr));
    if (!leaf || !key || SSL_CTX_use_certificate(context, leaf.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context, key.get()) != 1)
      throw std::runtime_error("a certificate for TLS cannot be used");
    while (X509* issuer = PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr))
      SSL_CTX_add0_chain_cert(context, issuer);
    ERR_clear_error();
  }

  CertificateSource& certificates_;
  const Owned<BIO_METHOD> bio_method_;
  std::mutex mutex_;        // guards the contexts
  std::list<Known> known_;  // the last used first
};

}  // namespace

std::unique_ptr<TlsAcceptor> make_tls_acceptor(CertificateSource& certificates) {
  return std::make_unique<SniAcceptor>(certificates);
}

}  // namespace millrace::http
