// JSON web tokens, signed and in the compact form (RFC 7515, 7519), with keys of a set (RFC 7517).
#pragma once

#include "base/value.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::identity {

constexpr std::size_t token_keys_limit = 100;  // of a set that are looked at

// The token is none, or says something that is not taken here.
struct MalformedToken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct WebToken {
  std::string algorithm;              // "RS256"
  std::optional<std::string> key_id;  // the header's kid
  base::Value claims;                 // a map
  std::string signed_part;            // header and claims as they came
  std::string signature;              // bytes
};

// Throws MalformedToken. Algorithms: RS256, RS384, RS512, ES256, ES384, ES512.
[[nodiscard]] WebToken parse_web_token(std::string_view token);

enum class Verdict { good, bad_signature, no_key };
// By the set's key of the token's id, or, where the token names none, by any that fits. A set that
// is none, or has no such key, is `no_key`.
[[nodiscard]] Verdict verify(const WebToken& token, std::string_view key_set);

}  // namespace millrace::identity
