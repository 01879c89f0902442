// AWS Signature Version 4, as pure functions: what a request says about its signature, and what the
// signature must be.
#pragma once

#include "base/hash.hpp"
#include "base/time.hpp"
#include "http/message.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::aws {

// What is wrong with a request's signature; each protocol has its own code for each
// (authentication.cpp).
enum class SignatureFault {
  missing,          // no signature at all
  incomplete,       // a part of it is missing or not well-formed
  bad_query,        // incomplete or of a wrong scope, in the query string
  unsupported,      // another algorithm
  bad_scope,        // not DATE/REGION/SERVICE/aws4_request, or of another date
  skewed,           // signed too long ago or in the future
  request_expired,  // a presigned URL after its time
  unknown_key,
  inactive_key,
  bad_token,  // session token missing, or not that of the key
  expired_token,
  mismatch,
  body_mismatch,  // the body is not the one that was signed
};

struct SignatureError : std::runtime_error {
  SignatureError(SignatureFault what, const std::string& message)
      : std::runtime_error(message), fault(what) {}
  SignatureFault fault;
};

struct Scope {
  std::string date;  // 20261121
  std::string region;
  std::string service;
  [[nodiscard]] std::string text() const;
};

// A request's signature, taken apart but not checked.
struct Signature {
  bool in_query = false;
  std::string access_key_id;
  Scope scope;
  std::vector<std::string> signed_headers;      // lower case, in the order given
  std::string signature;                        // lower hex
  std::string timestamp;                        // 20261121T100000Z
  std::optional<std::int64_t> expires_seconds;  // presigned only
  std::string session_token;                    // empty when there is none
  bool is_old = false;  // S3's presigned URLs of version 2 (sigv2.hpp): no scope but its service
  std::int64_t expires_at_seconds = 0;  // of these, since the epoch
};

// Nothing for an unsigned request; throws SignatureError for a broken or foreign one.
[[nodiscard]] std::optional<Signature> parse_signature(const http::Request& request);

// S3 signs the path as it is; all others normalise and encode it once more.
enum class PathStyle { as_sent, normalised };
[[nodiscard]] std::string canonical_path(std::string_view path, PathStyle style);
[[nodiscard]] std::string canonical_query(std::string_view query, bool without_signature);
// `payload` is the hex digest or one of the literal words that stand for it.
[[nodiscard]] std::string canonical_request(const http::Request& request,
                                            const Signature& signature, PathStyle style,
                                            std::string_view payload);
[[nodiscard]] std::string string_to_sign(const Signature& signature, std::string_view canonical);
[[nodiscard]] std::string signing_key(std::string_view secret, const Scope& scope);
[[nodiscard]] std::string sign(std::string_view key, std::string_view text);  // lower hex
[[nodiscard]] std::string sign(const base::HmacSha256& key, std::string_view text);

// As bytes, and made ready: what each signature would do again with the same key is done.
struct SigningKey {
  explicit SigningKey(std::string its_bytes) : bytes(std::move(its_bytes)), ready(bytes) {}
  std::string bytes;
  base::HmacSha256 ready;
};
using SigningKeyPtr = std::shared_ptr<const SigningKey>;  // shared: kept while requests use it

// Keys of recent scopes. Safe from any thread.
class SigningKeys {
 public:
  [[nodiscard]] SigningKeyPtr key(std::string_view access_key_id, std::string_view secret,
                                  const Scope& scope);

 private:
  static constexpr std::size_t limit = 1024;
  struct Kept {
    std::string secret;
    SigningKeyPtr key;
  };
  std::mutex mutex_;
  std::map<std::string, Kept, std::less<>> kept_;  // guarded by mutex_
};

// Date and expiry of a signature against the wall clock; throws SignatureError.
void check_time(const Signature& signature, base::Timestamp now);

}  // namespace millrace::aws
