// RFC 1321's own cases, and every length around a block's, in pieces, as OpenSSL has it.
#include "base/md5.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace millrace::base {
namespace {

std::string digest_of(std::string_view bytes) {
  Md5 md5;
  md5.update(bytes);
  return hex(md5.finish());
}

std::string openssl_digest_of(std::string_view bytes) {
  std::string out(16, '\0');
  unsigned size = 0;
  EXPECT_EQ(EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()),
                       &size, EVP_md5(), nullptr),
            1);
  return hex(out);
}

TEST(Md5, GivesTheStandardsDigests) {
  EXPECT_EQ(digest_of(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(digest_of("abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(
      digest_of("12345678901234567890123456789012345678901234567890123456789012345678901234567890"),
      "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(Md5, TakesAnyLengthInAnyPieces) {
  std::string bytes;
  for (std::size_t size = 0; size < 300; ++size) {
    const std::string expected = openssl_digest_of(bytes);
    EXPECT_EQ(digest_of(bytes), expected) << size;
    for (const std::size_t piece : {1U, 7U, 63U, 64U, 65U, 200U}) {
      Md5 md5;
      for (std::size_t at = 0; at < size; at += piece) md5.update(bytes.substr(at, piece));
      EXPECT_EQ(hex(md5.finish()), expected) << size << " in pieces of " << piece;
    }
    bytes += static_cast<char>(size * 131 >> 2);
  }
}

}  // namespace
}  // namespace millrace::base
