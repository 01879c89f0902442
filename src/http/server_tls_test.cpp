// TLS on the server's one port, told by the first byte, and tunnels for a proxy's clients.
#include "base/files.hpp"
#include "http/openssl_owned.hpp"
#include "http/raw_client_for_test.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <openssl/pem.h>

#include <filesystem>

namespace millrace::http::test {
namespace {

// TLS over a connected socket, trusting the authority and nobody else.
class TlsClient {
 public:
  TlsClient(int descriptor, const std::string& authority_pem, const std::string& host)
      : context_(SSL_CTX_new(TLS_client_method())) {
    const Owned<BIO> bio(
        BIO_new_mem_buf(authority_pem.data(), static_cast<int>(authority_pem.size())));
    const Owned<X509> authority(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), authority.get());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), descriptor);
    if (host == "127.0.0.1") {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str());
    } else {
      SSL_set_tlsext_host_name(ssl_.get(), host.c_str());
      SSL_set1_host(ssl_.get(), host.c_str());
    }
    connected = SSL_connect(ssl_.get()) == 1;
  }

  void send(const std::string& bytes) {
    EXPECT_GT(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size())), 0);
  }

  // Head and body of a reply with Content-Length.
  std::string read_reply() {
    std::string held;
    while (true) {
      const std::size_t head = held.find("\r\n\r\n");
      const std::size_t at = held.find("Content-Length: ");
      if (head != std::string::npos && held.size() >= head + 4 + std::stoul(held.substr(at + 16)))
        return held;
      char buffer[16384];
      const int got = SSL_read(ssl_.get(), buffer, sizeof buffer);
      if (got <= 0) return held;
      held.append(buffer, static_cast<std::size_t>(got));
    }
  }

  bool connected = false;

 private:
  Owned<SSL_CTX> context_;
  Owned<SSL> ssl_;
};

class ServerTls : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "server-tls-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    authority_ = open_authority(files_, folder_, clock_);
    options_.certificates = authority_.get();
    options_.proxies_host = [](std::string_view host) { return host.ends_with(".amazonaws.com"); };
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
  base::SystemFiles files_;
  base::SystemClock clock_;
  std::unique_ptr<CertificateSource> authority_;
  ServerOptions options_;
};

void describe(const ExchangePtr& exchange) {
  const Request& request = exchange->request();
  exchange->gather(1 << 20, [exchange, &request](std::optional<std::string> body) {
    exchange->reply(text_reply(std::string(request.tls ? "tls " : "plain ") + request.proxied_host +
                               " " + request.path + " " +
                               std::to_string(body.value_or("").size())));
  });
}

constexpr const char* get = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

TEST_F(ServerTls, IsToldFromPlainByTheFirstByte) {
  const Running running(describe, options_);
  RawClient plain(running.port());
  plain.send(get);
  EXPECT_EQ(body_of(plain.read_reply()), "plain  /a 0");
  for (const char* host : {"127.0.0.1", "localhost", "s3.us-east-1.amazonaws.com"}) {
    const RawClient socket(running.port());
    TlsClient client(socket.descriptor(), authority_->authority_pem(), host);
    ASSERT_TRUE(client.connected) << host;
    for (int i = 0; i < 2; ++i) {
      client.send(get);
      EXPECT_EQ(body_of(client.read_reply()), "tls  /a 0");
    }
    const std::string body(500'000, 'b');
    client.send("PUT /b HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n" + body);
    EXPECT_EQ(body_of(client.read_reply()), "tls  /b 500000");
  }
}

TEST_F(ServerTls, SendsFilesAndGivesWorkersTheBody) {
  const std::string contents(3'000'000, 'f');
  const int file = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  ASSERT_EQ(::pwrite(file, contents.data(), contents.size(), 0),
            static_cast<ssize_t>(contents.size()));
  const Running running(
      [&](const ExchangePtr& exchange) {
        const bool taken = exchange->work([&, exchange] {
          const std::string body = base::read_all(exchange->body(), 10'000'000);
          Reply reply = text_reply("");
          reply.body = FileSlice{file, body.size(), contents.size() - body.size(), nullptr};
          exchange->reply(std::move(reply));
        });
        EXPECT_TRUE(taken);
      },
      options_);
  const RawClient socket(running.port());
  TlsClient client(socket.descriptor(), authority_->authority_pem(), "localhost");
  ASSERT_TRUE(client.connected);
  client.send("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" +
              std::string(100'000, 'b'));
  EXPECT_EQ(body_of(client.read_reply()), contents.substr(100'000));
  ::close(file);
}

TEST_F(ServerTls, AnswersConnectForHostsThatItProxies) {
  const Running running(describe, options_);
  RawClient socket(running.port());
  socket.send("CONNECT sts.us-east-1.amazonaws.com:443 HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(socket.read_head().starts_with("HTTP/1.1 200 "));
  TlsClient client(socket.descriptor(), authority_->authority_pem(), "sts.us-east-1.amazonaws.com");
  ASSERT_TRUE(client.connected);
  client.send(get);
  EXPECT_EQ(body_of(client.read_reply()), "tls sts.us-east-1.amazonaws.com /a 0");
  client.send("CONNECT s3.amazonaws.com:443 HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(client.read_reply().starts_with("HTTP/1.1 403 "));
}

TEST_F(ServerTls, RefusesToConnectElsewhere) {
  const Running running(describe, options_);
  RawClient client(running.port());
  client.send("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n");
  EXPECT_TRUE(client.read_all().starts_with("HTTP/1.1 403 "));
}

TEST_F(ServerTls, GivesUpAHandshakeThatDoesNotGoOn) {
  options_.limits.tls_timeout = std::chrono::seconds(0);
  const Running running(describe, options_);
  RawClient client(running.port());
  client.send("\x16\x03\x01");
  EXPECT_EQ(client.read_all(), "");
}

TEST_F(ServerTls, IsRefusedWithoutCertificates) {
  const Running running(describe);
  RawClient client(running.port());
  client.send("\x16\x03\x01");
  EXPECT_EQ(client.read_all(), "");
}

}  // namespace
}  // namespace millrace::http::test
