#include "aws/signature_keys.hpp"

#include "aws/sigv2.hpp"
#include "aws/sigv4.hpp"
#include "base/text.hpp"

namespace millrace::aws {

namespace {

using Values = std::optional<std::vector<std::string>>;

std::optional<Signature> signature_of(const http::Request& request) {
  try {
    return is_old_presigned(request) ? parse_old_presigned(request) : parse_signature(request);
  } catch (const SignatureError&) {
    return std::nullopt;  // with checks off, what is no signature is none
  }
}

Values age_of(const Signature& signature, base::Timestamp now) {
  const auto signed_at = base::parse_basic_iso8601(signature.timestamp);
  if (!signed_at) return std::nullopt;
  const auto age = std::chrono::duration_cast<std::chrono::milliseconds>(now - *signed_at);
  return {{std::to_string(age.count())}};
}

}  // namespace

Values signature_key(const http::Request& request, base::Timestamp now, std::string_view key) {
  constexpr std::string_view prefix = "s3:";
  if (!base::equal_ignoring_case(key.substr(0, prefix.size()), prefix)) return std::nullopt;
  const auto is = [name = key.substr(prefix.size())](std::string_view text) {
    return base::equal_ignoring_case(name, text);
  };
  if (is("x-amz-content-sha256")) {
    const std::string* digest = request.headers.find("x-amz-content-sha256");
    if (digest != nullptr) return {{*digest}};
    return std::nullopt;
  }
  if (!is("authType") && !is("signatureversion") && !is("signatureAge")) return std::nullopt;
  const auto signature = signature_of(request);
  if (!signature) return std::nullopt;
  if (is("authType")) return {{signature->in_query ? "REST-QUERY-STRING" : "REST-HEADER"}};
  if (is("signatureversion")) return {{signature->is_old ? "AWS" : "AWS4-HMAC-SHA256"}};
  return age_of(*signature, now);
}

}  // namespace millrace::aws
