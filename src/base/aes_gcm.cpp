#include "base/aes_gcm.hpp"

#include "base/assert.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <array>

namespace millrace::base {

namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

struct AesGcm::State {
  std::unique_ptr<EVP_CIPHER_CTX, FreeContext> context;
};

AesGcm::AesGcm(Way way, std::string_view key) : state_(std::make_unique<State>()) {
  MILLRACE_ASSERT(key.size() == aes_key_size);
  state_->context.reset(EVP_CIPHER_CTX_new());
  MILLRACE_ASSERT(state_->context != nullptr);
  const int ready = EVP_CipherInit_ex(state_->context.get(), EVP_aes_256_gcm(), nullptr, bytes(key),
                                      nullptr, static_cast<int>(way));
  MILLRACE_ASSERT(ready == 1);
}

AesGcm::AesGcm(AesGcm&&) noexcept = default;
AesGcm& AesGcm::operator=(AesGcm&&) noexcept = default;
AesGcm::~AesGcm() = default;

void AesGcm::pass(std::string_view nonce, std::string_view beside, std::string_view input,
                  char* out) {
  MILLRACE_ASSERT(nonce.size() == gcm_nonce_size);
  EVP_CIPHER_CTX* context = state_->context.get();
  constexpr int same_way = -1;
  int length = 0;
  const bool passed =
      EVP_CipherInit_ex(context, nullptr, nullptr, nullptr, bytes(nonce), same_way) == 1 &&
      EVP_CipherUpdate(context, nullptr, &length, bytes(beside), static_cast<int>(beside.size())) ==
          1 &&
      EVP_CipherUpdate(context, reinterpret_cast<unsigned char*>(out), &length, bytes(input),
                       static_cast<int>(input.size())) == 1;
  MILLRACE_ASSERT(passed && static_cast<std::size_t>(length) == input.size());
}

void AesGcm::seal(std::string_view nonce, std::string_view beside, std::string_view plain,
                  char* out) {
  pass(nonce, beside, plain, out);
  unsigned char none = 0;
  int length = 0;
  EVP_CIPHER_CTX* context = state_->context.get();
  const bool sealed =
      EVP_CipherFinal_ex(context, &none, &length) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, gcm_tag_size, out + plain.size()) == 1;
  MILLRACE_ASSERT(sealed);
}

bool AesGcm::open(std::string_view nonce, std::string_view beside, std::string_view sealed,
                  char* out) {
  if (sealed.size() < gcm_tag_size) return false;
  const std::size_t size = sealed.size() - gcm_tag_size;
  pass(nonce, beside, sealed.substr(0, size), out);
  std::array<char, gcm_tag_size> tag{};
  sealed.copy(tag.data(), tag.size(), size);
  unsigned char none = 0;
  int length = 0;
  EVP_CIPHER_CTX* context = state_->context.get();
  return EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, gcm_tag_size, tag.data()) == 1 &&
         EVP_CipherFinal_ex(context, &none, &length) == 1;
}

void wipe(std::string& secret) { OPENSSL_cleanse(secret.data(), secret.size()); }

}  // namespace millrace::base
