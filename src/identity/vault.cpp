// The root key's file, and sealing: one version byte, the nonce, the ciphertext, the tag.
#include "identity/vault.hpp"

#include "base/aes_gcm.hpp"
#include "base/hash.hpp"

namespace millrace::identity {
namespace {

constexpr std::size_t key_size = base::aes_key_size;
constexpr std::size_t nonce_size = base::gcm_nonce_size;
constexpr char format_version = 1;

std::string read_or_make_key(base::Files& files, base::Random& random, const std::string& folder) {
  const std::string path = folder + "/root.key";
  if (!files.exists(path)) {
    files.make_folders(folder);
    base::replace_file(files, path, base::random_bytes(random, key_size));
  }
  std::string key = base::read_file(files, path);
  if (key.size() != key_size)
    throw VaultError(path + " is not a root key of " + std::to_string(key_size) + " bytes");
  return key;
}

}  // namespace

Vault::Vault(base::Files& files, base::Random& random, const std::string& folder)
    : random_(random), key_(read_or_make_key(files, random, folder)) {}

Vault::~Vault() { base::wipe(key_); }

std::string Vault::seal(std::string_view secret, std::string_view belongs_to) const {
  const std::string nonce = base::random_bytes(random_, nonce_size);
  std::string hidden(secret.size() + base::gcm_tag_size, '\0');
  base::AesGcm(base::AesGcm::Way::seal, key_).seal(nonce, belongs_to, secret, hidden.data());
  return std::string(1, format_version) + nonce + hidden;
}

std::string Vault::open(std::string_view sealed, std::string_view belongs_to) const {
  constexpr std::size_t overhead = 1 + nonce_size + base::gcm_tag_size;
  if (sealed.size() < overhead || sealed.front() != format_version) {
    throw VaultError("a stored secret is not in a known format");
  }
  std::string secret(sealed.size() - overhead, '\0');
  base::AesGcm cipher(base::AesGcm::Way::open, key_);
  if (!cipher.open(sealed.substr(1, nonce_size), belongs_to, sealed.substr(1 + nonce_size),
                   secret.data())) {
    throw VaultError("a stored secret was altered, or sealed under another root key");
  }
  return secret;
}

std::string Vault::derive(std::string_view purpose) const {
  return base::hmac_sha256(key_, "millrace derives " + std::string(purpose));
}

}  // namespace millrace::identity
