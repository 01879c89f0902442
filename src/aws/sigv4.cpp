#include "aws/sigv4.hpp"

#include "base/encoding.hpp"
#include "base/hash.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace millrace::aws {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";
constexpr auto skew_limit = std::chrono::minutes(15);

[[noreturn]] void incomplete(const std::string& message) {
  throw SignatureError(SignatureFault::incomplete, message);
}

// Trimmed, with runs of blanks as one.
void add_trimmed(std::string& out, std::string_view value) {
  bool blank = false;
  const std::string_view trimmed = base::trim(value);
  if (trimmed.find_first_of(" \t") == std::string_view::npos) {
    out += trimmed;
    return;
  }
  for (const char c : trimmed) {
    const bool is_blank = c == ' ' || c == '\t';
    if (!is_blank || !blank) out += is_blank ? ' ' : c;
    blank = is_blank;
  }
}

void add_header_values(std::string& out, const http::Headers& headers, std::string_view wanted) {
  bool first = true;
  for (const auto& [name, value] : headers) {
    if (name.size() != wanted.size() || !base::equal_ignoring_case(name, wanted)) continue;
    if (!first) out += ',';
    first = false;
    add_trimmed(out, value);
  }
}

}  // namespace

std::string Scope::text() const {
  constexpr std::string_view end = "/aws4_request";
  std::string text;
  text.reserve(date.size() + region.size() + service.size() + end.size() + 2);
  return text.append(date).append("/").append(region).append("/").append(service).append(end);
}

std::string canonical_path(std::string_view path, PathStyle style) {
  if (path.empty()) return "/";
  if (style == PathStyle::as_sent) {
    // Clients differ in what they escape; S3 compares the decoded path encoded anew.
    const auto decoded = base::percent_decode(path);
    return decoded ? base::percent_encode(*decoded, true) : std::string(path);
  }
  std::string kept;
  for (const std::string_view segment : base::split(path, '/')) {
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      kept.append("/").append(segment);
    } else if (!kept.empty()) {
      kept.erase(kept.rfind('/'));
    }
  }
  if (kept.empty() || path.ends_with('/')) kept += '/';
  return base::percent_encode(kept, true);
}

std::string canonical_query(std::string_view query, bool without_signature) {
  if (query.empty()) return {};
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string_view piece : base::split(query, '&')) {
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    const std::string_view name = piece.substr(0, equals);
    const std::string_view value =
        equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1);
    const auto plain_name = base::percent_decode(name);
    const auto plain_value = base::percent_decode(value);
    if (!plain_name || !plain_value) incomplete("The query string is not well-formed.");
    if (without_signature && *plain_name == "X-Amz-Signature") continue;
    pairs.emplace_back(base::percent_encode(*plain_name), base::percent_encode(*plain_value));
  }
  std::ranges::sort(pairs);
  std::string text;
  for (const auto& [name, value] : pairs) {
    if (!text.empty()) text += '&';
    text += name + "=" + value;
  }
  return text;
}

std::string canonical_request(const http::Request& request, const Signature& signature,
                              PathStyle style, std::string_view payload) {
  constexpr std::size_t usual_size = 1024;
  std::string text;
  text.reserve(usual_size);
  text.append(request.method).append("\n").append(canonical_path(request.path, style));
  text.append("\n").append(canonical_query(request.query, signature.in_query)).append("\n");
  for (const std::string& name : signature.signed_headers) {
    text.append(name).append(":");
    add_header_values(text, request.headers, name);
    text += '\n';
  }
  text += '\n';
  std::string_view separator;
  for (const std::string& name : signature.signed_headers) {
    text.append(separator).append(name);
    separator = ";";
  }
  return text.append("\n").append(payload);
}

std::string string_to_sign(const Signature& signature, std::string_view canonical) {
  std::string text;
  text.reserve(256);
  text.append(algorithm).append("\n").append(signature.timestamp).append("\n");
  text.append(signature.scope.text()).append("\n").append(base::sha256_hex(canonical));
  return text;
}

std::string signing_key(std::string_view secret, const Scope& scope) {
  std::string key = base::hmac_sha256("AWS4" + std::string(secret), scope.date);
  key = base::hmac_sha256(key, scope.region);
  key = base::hmac_sha256(key, scope.service);
  return base::hmac_sha256(key, "aws4_request");
}

std::string sign(std::string_view key, std::string_view text) {
  return sign(base::HmacSha256(key), text);
}

std::string sign(const base::HmacSha256& key, std::string_view text) {
  return base::hex(key.sign(text));
}

SigningKeyPtr SigningKeys::key(std::string_view access_key_id, std::string_view secret,
                               const Scope& scope) {
  const std::string name = scope.text().append("/").append(access_key_id);
  {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.find(name);
    // A key id whose secret changed (a test's fixed id in a new account) must not verify with the
    // old one.
    if (found != kept_.end() && base::equal_in_constant_time(found->second.secret, secret))
      return found->second.key;
  }
  const auto key = std::make_shared<const SigningKey>(signing_key(secret, scope));
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= limit) kept_.clear();
  kept_.insert_or_assign(name, Kept{std::string(secret), key});
  return key;
}

void check_time(const Signature& signature, base::Timestamp now) {
  if (signature.is_old) {
    if (base::epoch_seconds(now) <= static_cast<double>(signature.expires_at_seconds)) return;
    throw SignatureError(SignatureFault::request_expired, "Request has expired");
  }
  const auto signed_at = base::parse_basic_iso8601(signature.timestamp);
  if (!signed_at)
    incomplete("Date must be in ISO-8601 'basic format'. Got '" + signature.timestamp + "'.");
  if (signature.timestamp.substr(0, signature.timestamp.find('T')) != signature.scope.date) {
    throw SignatureError(SignatureFault::bad_scope,
                         "Date in Credential scope does not match YYYYMMDD from ISO-8601 version "
                         "of date from HTTP: '" +
                             signature.scope.date + "' != '" + signature.timestamp.substr(0, 8) +
                             "', from '" + signature.timestamp + "'.");
  }
  const std::string at = signature.timestamp;
  if (*signed_at > now + skew_limit) {
    throw SignatureError(SignatureFault::skewed, "Signature not yet current: " + at +
                                                     " is still later than " +
                                                     base::basic_iso8601(now + skew_limit) + " (" +
                                                     base::basic_iso8601(now) + " + 15 min.)");
  }
  if (signature.expires_seconds) {
    if (now > *signed_at + std::chrono::seconds(*signature.expires_seconds)) {
      throw SignatureError(SignatureFault::request_expired, "Request has expired");
    }
  } else if (*signed_at < now - skew_limit) {
    throw SignatureError(SignatureFault::skewed, "Signature expired: " + at +
                                                     " is now earlier than " +
                                                     base::basic_iso8601(now - skew_limit) + " (" +
                                                     base::basic_iso8601(now) + " - 15 min.)");
  }
}

}  // namespace millrace::aws
