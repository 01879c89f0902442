// Test cases 13 and 14 of the GCM specification, and every way of altering what was sealed.
#include "base/aes_gcm.hpp"

#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace millrace::base {
namespace {

const std::string key(aes_key_size, '\0');
const std::string nonce(gcm_nonce_size, '\0');

std::string sealed(std::string_view plain, std::string_view beside) {
  std::string out(plain.size() + gcm_tag_size, '\0');
  AesGcm(AesGcm::Way::seal, key).seal(nonce, beside, plain, out.data());
  return out;
}

bool opens(std::string_view bytes, std::string_view beside) {
  std::string out(bytes.size(), '\0');
  return AesGcm(AesGcm::Way::open, key).open(nonce, beside, bytes, out.data());
}

TEST(AesGcm, SealsAsTheSpecificationSays) {
  EXPECT_EQ(hex(sealed("", "")), "530f8afbc74536b9a963b4f1c4cb738b");
  EXPECT_EQ(hex(sealed(std::string(16, '\0'), "")),
            "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
}

TEST(AesGcm, OneKeySealsAndOpensManyTimes) {
  AesGcm sealing(AesGcm::Way::seal, key);
  AesGcm opening(AesGcm::Way::open, key);
  for (int i = 0; i < 3; ++i) {
    const std::string text(static_cast<std::size_t>(i) * 20, 'x');
    const std::string other_nonce(gcm_nonce_size, static_cast<char>(i));
    std::string hidden(text.size() + gcm_tag_size, '\0');
    sealing.seal(other_nonce, "beside", text, hidden.data());
    std::string shown(text.size(), '\0');
    EXPECT_TRUE(opening.open(other_nonce, "beside", hidden, shown.data()));
    EXPECT_EQ(shown, text);
  }
}

TEST(AesGcm, RefusesWhatWasAltered) {
  const std::string bytes = sealed("text", "beside");
  EXPECT_TRUE(opens(bytes, "beside"));
  EXPECT_FALSE(opens(bytes, "besides"));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string altered = bytes;
    altered[i] = static_cast<char>(altered[i] ^ 0x10);
    EXPECT_FALSE(opens(altered, "beside")) << i;
    EXPECT_FALSE(opens(bytes.substr(0, i), "beside")) << i;
  }
}

}  // namespace
}  // namespace millrace::base
