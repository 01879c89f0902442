// The key that wraps is made anew for each salt, so its one nonce is used once.
#include "objects/wrapped_key.hpp"

#include "base/aes_gcm.hpp"
#include "base/encoding.hpp"
#include "base/hash.hpp"

namespace millrace::objects {

namespace {

constexpr char format_version = 1;
constexpr std::size_t salt_size = 16;
constexpr std::size_t wrapped_size = 1 + salt_size + base::aes_key_size + base::gcm_tag_size;
constexpr char mark = '.';

std::string key_for(std::string_view wrapping_key, std::string_view salt) {
  return base::hmac_sha256(wrapping_key, "millrace wraps " + std::string(salt));
}

std::string only_nonce() { return std::string(base::gcm_nonce_size, '\0'); }

}  // namespace

std::string wrap(const DataKey& key, base::Random& random, std::string_view wrapping_key,
                 std::string_view told) {
  const std::string salt = base::random_bytes(random, salt_size);
  std::string hidden(base::aes_key_size + base::gcm_tag_size, '\0');
  base::AesGcm cipher(base::AesGcm::Way::seal, key_for(wrapping_key, salt));
  cipher.seal(only_nonce(), told, key.bytes(), hidden.data());
  return base::base64(std::string(1, format_version) + salt + hidden);
}

DataKey unwrap(std::string_view wrapped, std::string_view wrapping_key, std::string_view told) {
  const auto bytes = base::from_base64(wrapped);
  if (!bytes || bytes->size() != wrapped_size || bytes->front() != format_version) {
    throw store::StoreError("a wrapped key is not in a known format");
  }
  const std::string_view salt = std::string_view(*bytes).substr(1, salt_size);
  std::string key(base::aes_key_size, '\0');
  base::AesGcm cipher(base::AesGcm::Way::open, key_for(wrapping_key, salt));
  const bool is_genuine =
      cipher.open(only_nonce(), told, std::string_view(*bytes).substr(1 + salt_size), key.data());
  if (!is_genuine) {
    throw store::StoreError("a wrapped key was altered, or wrapped under another key");
  }
  return DataKey(std::move(key));
}

store::BlobId with_key(const store::BlobId& place, std::string_view wrapped) {
  return {.text = place.text + mark + std::string(wrapped)};
}

std::optional<std::string_view> wrapped_key_in(const store::BlobId& id) {
  const std::string_view text = id.text;
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  return text.substr(at + 1);
}

}  // namespace millrace::objects
