// Secrets at rest: sealed with AES-256-GCM under the data folder's root key, bound to what they
// belong to.
#pragma once

#include "base/files.hpp"
#include "base/random.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::identity {

// The root key's file is not one, or a sealed secret was altered or sealed under another key.
struct VaultError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Vault {
 public:
  // Reads FOLDER/root.key, or makes it: once this returns the key is durable.
  Vault(base::Files& files, base::Random& random, const std::string& folder);
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;
  ~Vault();

  // `belongs_to` must be the same when the secret is opened; it is not part of the sealed bytes.
  [[nodiscard]] std::string seal(std::string_view secret, std::string_view belongs_to) const;
  [[nodiscard]] std::string open(std::string_view sealed,
                                 std::string_view belongs_to) const;  // throws VaultError
  // 32 bytes that follow from the root key and `purpose` alone, and tell nothing of either.
  [[nodiscard]] std::string derive(std::string_view purpose) const;

 private:
  base::Random& random_;
  std::string key_;
};

}  // namespace millrace::identity
