// The root key's file, and sealing: one version byte, the nonce, the ciphertext, the tag.
#include "identity/vault.hpp"

#include "base/assert.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <memory>

namespace millrace::identity {
namespace {

constexpr std::size_t key_size = 32;
constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;
constexpr char format_version = 1;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

enum class Direction { open = 0, seal = 1 };

Cipher start(Direction direction, std::string_view key, std::string_view nonce,
             std::string_view belongs_to) {
  Cipher cipher(EVP_CIPHER_CTX_new());
  MILLRACE_ASSERT(cipher != nullptr);
  int length = 0;
  const bool started = EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(key),
                                         bytes(nonce), static_cast<int>(direction)) == 1 &&
                       EVP_CipherUpdate(cipher.get(), nullptr, &length, bytes(belongs_to),
                                        static_cast<int>(belongs_to.size())) == 1;
  MILLRACE_ASSERT(started);
  return cipher;
}

// What passes through the cipher, before its tag is made or checked.
std::string run(EVP_CIPHER_CTX* cipher, std::string_view input) {
  std::string output(input.size(), '\0');
  int length = 0;
  const int done = EVP_CipherUpdate(cipher, bytes(output), &length, bytes(input),
                                    static_cast<int>(input.size()));
  MILLRACE_ASSERT(done == 1 && static_cast<std::size_t>(length) == input.size());
  return output;
}

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

Vault::~Vault() { OPENSSL_cleanse(key_.data(), key_.size()); }

std::string Vault::seal(std::string_view secret, std::string_view belongs_to) const {
  const std::string nonce = base::random_bytes(random_, nonce_size);
  const Cipher cipher = start(Direction::seal, key_, nonce, belongs_to);
  const std::string hidden = run(cipher.get(), secret);
  std::string tag(tag_size, '\0');
  int length = 0;
  const bool sealed =
      EVP_CipherFinal_ex(cipher.get(), bytes(tag), &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag.data()) == 1;
  MILLRACE_ASSERT(sealed);
  return std::string(1, format_version) + nonce + hidden + tag;
}

std::string Vault::open(std::string_view sealed, std::string_view belongs_to) const {
  constexpr std::size_t overhead = 1 + nonce_size + tag_size;
  if (sealed.size() < overhead || sealed.front() != format_version) {
    throw VaultError("a stored secret is not in a known format");
  }
  const std::string_view hidden = sealed.substr(1 + nonce_size, sealed.size() - overhead);
  std::string tag(sealed.substr(sealed.size() - tag_size));
  const Cipher cipher = start(Direction::open, key_, sealed.substr(1, nonce_size), belongs_to);
  std::string secret = run(cipher.get(), hidden);
  int length = 0;
  unsigned char none = 0;
  const bool genuine =
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1 &&
      EVP_CipherFinal_ex(cipher.get(), &none, &length) == 1;
  if (!genuine) throw VaultError("a stored secret was altered, or sealed under another root key");
  return secret;
}

}  // namespace millrace::identity
