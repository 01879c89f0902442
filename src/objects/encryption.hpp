// How the bytes of objects are encrypted: what is told of it, what a bucket's default asks for, and
// under which key each body's own key is wrapped.
#pragma once

#include "base/random.hpp"
#include "identity/vault.hpp"
#include "objects/objects.hpp"
#include "store/blobs.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::objects {

constexpr std::string_view sse_s3 = "AES256";
constexpr std::string_view sse_kms = "aws:kms";
constexpr std::string_view sse_c = "SSE-C";

struct Encryption {
  std::string kind;         // one of the three; empty: the bytes lie plain
  std::string key;          // of aws:kms: the key's ARN
  std::string context;      // of aws:kms: what was given, in base64
  bool bucket_key = false;  // of aws:kms: asked for and shown; keys are derived, none is fetched
  std::string check;        // of SSE-C: a salted digest of the customer's key
  bool operator==(const Encryption&) const = default;
};

// As an object's traits keep it.
[[nodiscard]] Attributes to_attributes(const Encryption& encryption);
[[nodiscard]] Encryption to_encryption(const Attributes& attributes);

// With the key that only the customer has, which is kept nowhere.
struct Protection {
  Encryption encryption;
  std::string customer_key;  // of SSE-C: 32 bytes
};

// SSE-C by this key, with a new salt.
[[nodiscard]] Protection protect_by(const std::string& customer_key, base::Random& random);

// An object that this reader cannot decrypt.
struct Undecryptable : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct CustomerKeyMissing : Undecryptable {
  using Undecryptable::Undecryptable;
};
struct CustomerKeyDiffers : Undecryptable {
  using Undecryptable::Undecryptable;
};
// A customer's key came for an object that has none.
struct CustomerKeyUnasked : Undecryptable {
  using Undecryptable::Undecryptable;
};
// Its KMS key is another account's.
struct ForeignKey : Undecryptable {
  using Undecryptable::Undecryptable;
};
// Throws one of them unless who is of `account` can read with this key, empty for none.
void check_reader(const Encryption& encryption, std::string_view customer_key,
                  std::string_view account);

// Seals new bodies and opens sealed ones.
class Seals {
 public:
  // Both outlive it.
  Seals(const identity::Vault& vault, base::Random& random) : vault_(vault), random_(random) {}

  // The ARN of the account's `aws/s3` key in this region.
  [[nodiscard]] std::string managed_key(std::string_view account, std::string_view region) const;

  struct Sealed {
    std::unique_ptr<store::BlobWriter> writer;
    std::string wrapped_key;
  };
  [[nodiscard]] Sealed seal(std::unique_ptr<store::BlobWriter> below,
                            const Protection& protection) const;
  // Throws StoreError where the body or its wrapped key was altered.
  [[nodiscard]] std::unique_ptr<store::Blob> open(std::unique_ptr<store::Blob> below,
                                                  std::string_view wrapped_key,
                                                  const Protection& protection) const;

 private:
  [[nodiscard]] std::string wrapping_key(const Protection& protection) const;

  const identity::Vault& vault_;
  base::Random& random_;
};

// What the bucket's configuration asks for, or where it has none `otherwise`, a kind or empty. Keys
// are those of `account`, the writer's.
[[nodiscard]] Encryption default_encryption(const Bucket& bucket, std::string_view otherwise,
                                            std::string_view account, const Seals& seals);

}  // namespace millrace::objects
