// AES-256-GCM: what was sealed opens only unaltered, under its key and nonce, with what was said
// beside it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace millrace::base {

constexpr std::size_t aes_key_size = 32;
constexpr std::size_t gcm_nonce_size = 12;
constexpr std::size_t gcm_tag_size = 16;

// One key, made ready once, for one of both ways. A nonce must never seal twice under one key. Not
// for several threads at once.
class AesGcm {
 public:
  enum class Way { open = 0, seal = 1 };

  AesGcm(Way way, std::string_view key);
  AesGcm(AesGcm&&) noexcept;
  AesGcm& operator=(AesGcm&&) noexcept;
  ~AesGcm();

  // Writes the ciphertext and behind it the tag to `out`. `beside` is authenticated, not written.
  void seal(std::string_view nonce, std::string_view beside, std::string_view plain, char* out);
  // Writes the plaintext to `out`, a tag's length shorter; false, and `out` without meaning, where
  // anything was altered.
  [[nodiscard]] bool open(std::string_view nonce, std::string_view beside, std::string_view sealed,
                          char* out);

 private:
  struct State;
  void pass(std::string_view nonce, std::string_view beside, std::string_view input, char* out);

  std::unique_ptr<State> state_;
};

// Overwrites a secret's bytes, which a compiler may not leave out.
void wipe(std::string& secret);

}  // namespace millrace::base
