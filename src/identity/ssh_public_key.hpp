// RSA public keys as SSH and PEM write them.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::identity {

// Neither in the one form nor in the other.
struct UnrecognizedKeyEncoding : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// No RSA key of 2048 bits or more.
struct InvalidPublicKey : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// The user has it already.
struct DuplicatePublicKey : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct SshPublicKey {
  std::string ssh;          // "ssh-rsa AAAA...", without a comment
  std::string pem;          // of its SubjectPublicKeyInfo
  std::string fingerprint;  // MD5 of what `ssh` has in base64, in pairs of digits between colons
  bool was_ssh = true;      // it was given so
};

// Throws UnrecognizedKeyEncoding and InvalidPublicKey.
[[nodiscard]] SshPublicKey parse_ssh_public_key(std::string_view text);

}  // namespace millrace::identity
