// Known answers of every digest, and the laws that hold between them.
#include "base/hash.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace millrace::base {
namespace {

constexpr std::string_view check = "123456789";

TEST(Hash, GivesKnownAnswers) {
  const std::pair<HashKind, std::string_view> known[] = {
      {HashKind::md5, "25f9e794323b453885f5181f1b624d0b"},
      {HashKind::sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"},
      {HashKind::sha256, "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"},
      {HashKind::crc32, "cbf43926"},
      {HashKind::crc32c, "e3069283"},
      {HashKind::crc64nvme, "ae8b14860a799888"},
      {HashKind::xxhash64, "8cb841db40e6ae83"},
  };
  for (const auto& [kind, answer] : known) EXPECT_EQ(hex(digest(kind, check)), answer);
  EXPECT_EQ(hex(digest(HashKind::sha512, "abc")).substr(0, 16), "ddaf35a193617aba");
  EXPECT_EQ(hex(digest(HashKind::xxhash3, "")), "2d06800538d394c2");
  EXPECT_EQ(hex(digest(HashKind::xxhash128, "")), "99aa06d3014798d86001c324468d497f");
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Hash, PiecesGiveWhatTheWholeGives) {
  const std::string text(1000, 'x');
  for (const HashKind kind : {HashKind::md5, HashKind::sha1, HashKind::sha256, HashKind::sha512,
                              HashKind::crc32, HashKind::crc32c, HashKind::crc64nvme,
                              HashKind::xxhash64, HashKind::xxhash3, HashKind::xxhash128}) {
    Hash hash(kind);
    hash.update(text.substr(0, 3));
    hash.update(text.substr(3, 700));
    hash.update(text.substr(703));
    EXPECT_EQ(hash.finish(), digest(kind, text));
  }
}

// Long pieces go another way than short ones.
TEST(Hash, ChecksLongTextsAsItsShortPieces) {
  std::string text;
  for (std::uint32_t i = 0; i < 5000; ++i) text += static_cast<char>(i * i >> 3);
  for (const HashKind kind : {HashKind::crc32, HashKind::crc32c, HashKind::crc64nvme}) {
    for (std::size_t size = 0; size < 700; ++size) {
      const std::string_view part = std::string_view(text).substr(size, size + (size % 7) * 500);
      Hash pieces(kind);
      pieces.update("start");
      for (std::size_t at = 0; at < part.size(); at += 11) pieces.update(part.substr(at, 11));
      Hash whole(kind);
      whole.update("start");
      whole.update(part);
      ASSERT_EQ(whole.finish(), pieces.finish()) << part.size();
    }
  }
}

TEST(Hash, CombinesChecksOfAdjacentPieces) {
  std::string text;
  for (int i = 0; i < 500; ++i) text += std::to_string(i * i);
  for (const HashKind kind : {HashKind::crc32, HashKind::crc32c, HashKind::crc64nvme}) {
    for (const std::size_t cut : {std::size_t{0}, std::size_t{1}, std::size_t{777}, text.size()}) {
      EXPECT_EQ(combine_crc(kind, digest(kind, text.substr(0, cut)), digest(kind, text.substr(cut)),
                            text.size() - cut),
                digest(kind, text));
    }
  }
}

// RFC 4231, cases 1, 2 and 6.
TEST(Hmac, GivesKnownAnswers) {
  EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  const HmacSha256 key("Jefe");
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(hex(key.sign("what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }
  EXPECT_EQ(hex(hmac_sha256(std::string(131, '\xaa'),
                            "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hash, ComparesSecrets) {
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abcd"));
}

}  // namespace
}  // namespace millrace::base
