// The authority and its leaves: what is in them, that they survive, and that a half-made pair is
// made anew.
#include "http/tls.hpp"

#include "base/virtual_clock.hpp"
#include "http/openssl_owned.hpp"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include <filesystem>

namespace millrace::http {
namespace {

Owned<X509> parse(const std::string& pem) {
  const Owned<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return Owned<X509>(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

class Authorities : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "authority-XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::unique_ptr<CertificateSource> open() {
    return open_authority(files_, folder_ + "/tls", clock_);
  }

  std::string folder_;
  base::SystemFiles files_;
  base::ManualClock clock_;
};

TEST_F(Authorities, IsMadeOnceAndTheKeyIsTheOwnersAlone) {
  const std::string first = open()->authority_pem();
  EXPECT_EQ(open()->authority_pem(), first);
  struct stat status{};
  ASSERT_EQ(::stat((folder_ + "/tls/authority-key.pem").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(Authorities, HalfAPairIsMadeAnew) {
  for (const char* lost : {"/tls/authority.pem", "/tls/authority-key.pem"}) {
    const std::string first = open()->authority_pem();
    files_.remove(folder_ + lost);
    const std::string second = open()->authority_pem();
    EXPECT_NE(second, first);
    EXPECT_EQ(open()->authority_pem(), second);
  }
}

TEST_F(Authorities, StrangersAreRefused) {
  static_cast<void>(open());
  base::replace_file(files_, folder_ + "/tls/authority-key.pem", "nonsense");
  EXPECT_THROW(static_cast<void>(open()), std::runtime_error);
}

TEST_F(Authorities, SignsLeavesForTheNamesAsked) {
  const auto source = open();
  const Owned<X509> issuer = parse(source->authority_pem());
  for (const char* host : {"", "sts.us-east-1.amazonaws.com", "10.1.2.3"}) {
    const Owned<X509> leaf = parse(source->certificate(host).chain_pem);
    ASSERT_TRUE(leaf);
    EXPECT_EQ(X509_verify(leaf.get(), X509_get0_pubkey(issuer.get())), 1);
    EXPECT_EQ(X509_check_host(leaf.get(), "localhost", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_ip_asc(leaf.get(), "127.0.0.1", 0), 1);
    EXPECT_EQ(X509_check_ip_asc(leaf.get(), "::1", 0), 1);
  }
  const Owned<X509> sts = parse(source->certificate("STS.amazonaws.com").chain_pem);
  EXPECT_EQ(X509_check_host(sts.get(), "sts.amazonaws.com", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(sts.get(), "s3.amazonaws.com", 0, 0, nullptr), 0);
  const Owned<X509> address = parse(source->certificate("10.1.2.3").chain_pem);
  EXPECT_EQ(X509_check_ip_asc(address.get(), "10.1.2.3", 0), 1);
}

TEST_F(Authorities, LeavesAreKeptAndRenewedBeforeTheyEnd) {
  const auto source = open();
  const std::string first = source->certificate("a.example").chain_pem;
  EXPECT_EQ(source->certificate("a.example").chain_pem, first);
  const Owned<X509> leaf = parse(first);
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, X509_get0_notBefore(leaf.get()), X509_get0_notAfter(leaf.get()));
  EXPECT_EQ(days, 397);
  clock_.advance(std::chrono::days(380));
  EXPECT_NE(source->certificate("a.example").chain_pem, first);
}

TEST_F(Authorities, RefuseNamesThatAreNone) {
  const auto source = open();
  EXPECT_THROW(static_cast<void>(source->certificate("a,DNS:b")), std::runtime_error);
  const std::string labels(250, 'a');
  EXPECT_NO_THROW(static_cast<void>(source->certificate("a." + labels + "a")));
  EXPECT_THROW(static_cast<void>(source->certificate("a." + labels + "aa")), std::runtime_error);
}

}  // namespace
}  // namespace millrace::http
