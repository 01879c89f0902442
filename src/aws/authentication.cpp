#include "aws/authentication.hpp"

#include "aws/sigv2.hpp"
#include "base/hash.hpp"

#include <algorithm>

namespace millrace::aws {

namespace {

constexpr std::string_view mismatch_words =
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key "
    "and signing method. Consult the service documentation for details.";

struct Words {
  std::string code;
  std::string message;
};

Words s3_words(const SignatureError& error) {
  switch (error.fault) {
    case SignatureFault::missing:
    case SignatureFault::request_expired:
      return {"AccessDenied",
              error.fault == SignatureFault::missing ? "Access Denied" : "Request has expired"};
    case SignatureFault::incomplete:
    case SignatureFault::bad_scope:
      return {"AuthorizationHeaderMalformed",
              std::string("The authorization header is malformed; ") + error.what()};
    case SignatureFault::bad_query:
      return {"AuthorizationQueryParametersError", error.what()};
    case SignatureFault::unsupported:
      return {"InvalidRequest",
              "The authorization mechanism you have provided is not supported. Please use "
              "AWS4-HMAC-SHA256."};
    case SignatureFault::skewed:
      return {"RequestTimeTooSkewed",
              "The difference between the request time and the current time is too large."};
    case SignatureFault::unknown_key:
    case SignatureFault::inactive_key:
      return {"InvalidAccessKeyId",
              "The AWS Access Key Id you provided does not exist in our records."};
    case SignatureFault::bad_token:
      return {"InvalidToken", "The provided token is malformed or otherwise invalid."};
    case SignatureFault::expired_token:
      return {"ExpiredToken", "The provided token has expired."};
    case SignatureFault::mismatch:
      return {"SignatureDoesNotMatch",
              "The request signature we calculated does not match the signature you provided. "
              "Check your key and "
              "signing method."};
    case SignatureFault::body_mismatch:
      return {"XAmzContentSHA256Mismatch", error.what()};
  }
  return {"AccessDenied", "Access Denied"};
}

Words query_words(const SignatureError& error) {
  switch (error.fault) {
    case SignatureFault::missing:
      return {"MissingAuthenticationToken", "Request is missing Authentication Token"};
    case SignatureFault::incomplete:
    case SignatureFault::bad_query:
    case SignatureFault::unsupported:
      return {"IncompleteSignature", error.what()};
    case SignatureFault::unknown_key:
    case SignatureFault::inactive_key:
    case SignatureFault::bad_token:
      return {"InvalidClientTokenId", "The security token included in the request is invalid."};
    case SignatureFault::expired_token:
      return {"ExpiredToken", "The security token included in the request is expired"};
    case SignatureFault::bad_scope:
    case SignatureFault::skewed:
    case SignatureFault::request_expired:
      return {"SignatureDoesNotMatch", error.what()};
    case SignatureFault::mismatch:
    case SignatureFault::body_mismatch:
      return {"SignatureDoesNotMatch", std::string(mismatch_words)};
  }
  return {"SignatureDoesNotMatch", std::string(mismatch_words)};
}

// EC2 says no more than that somebody is not known.
Error ec2_error(const SignatureError& error) {
  switch (error.fault) {
    case SignatureFault::unknown_key:
    case SignatureFault::inactive_key:
    case SignatureFault::bad_token:
    case SignatureFault::bad_scope:
    case SignatureFault::mismatch:
    case SignatureFault::body_mismatch:
      return {"AuthFailure", "AWS was not able to validate the provided access credentials", 401};
    case SignatureFault::expired_token:
    case SignatureFault::skewed:
    case SignatureFault::request_expired:
      return {"RequestExpired", "Request has expired.", 400};
    default: {
      Words words = query_words(error);
      return {std::move(words.code), std::move(words.message)};
    }
  }
}

Words json_words(const SignatureError& error) {
  switch (error.fault) {
    case SignatureFault::missing:
      return {"MissingAuthenticationTokenException", "Missing Authentication Token"};
    case SignatureFault::incomplete:
    case SignatureFault::bad_query:
    case SignatureFault::unsupported:
      return {"IncompleteSignatureException", error.what()};
    case SignatureFault::unknown_key:
    case SignatureFault::inactive_key:
    case SignatureFault::bad_token:
      return {"UnrecognizedClientException",
              "The security token included in the request is invalid."};
    case SignatureFault::expired_token:
      return {"ExpiredTokenException", "The security token included in the request is expired"};
    case SignatureFault::bad_scope:
    case SignatureFault::skewed:
    case SignatureFault::request_expired:
      return {"InvalidSignatureException", error.what()};
    case SignatureFault::mismatch:
    case SignatureFault::body_mismatch:
      return {"InvalidSignatureException", std::string(mismatch_words)};
  }
  return {"InvalidSignatureException", std::string(mismatch_words)};
}

}  // namespace

identity::Credential find_credential(const Signature& signature, identity::Authority& authority,
                                     const base::Clock& clock) {
  auto credential = authority.credential(signature.access_key_id);
  if (!credential) throw SignatureError(SignatureFault::unknown_key, "unknown key");
  if (!credential->active) throw SignatureError(SignatureFault::inactive_key, "inactive key");
  if (!base::equal_in_constant_time(credential->session_token.value_or(""),
                                    signature.session_token)) {
    throw SignatureError(SignatureFault::bad_token, "bad token");
  }
  if (credential->expires && *credential->expires <= clock.service()) {
    throw SignatureError(SignatureFault::expired_token, "expired token");
  }
  check_time(signature, clock.wall());
  return std::move(*credential);
}

void check_signature(const http::Request& request, const Signature& signature,
                     const base::HmacSha256& signing_key, std::string_view payload) {
  const PathStyle style =
      signature.scope.service == "s3" ? PathStyle::as_sent : PathStyle::normalised;
  const std::string expected =
      sign(signing_key,
           string_to_sign(signature, canonical_request(request, signature, style, payload)));
  if (!base::equal_in_constant_time(expected, signature.signature)) {
    throw SignatureError(SignatureFault::mismatch, std::string(mismatch_words));
  }
}

void check_old_signature(const http::Request& request, const Signature& signature,
                         std::string_view secret) {
  const std::string expected = old_sign(secret, old_string_to_sign(request));
  if (!base::equal_in_constant_time(expected, signature.signature)) {
    throw SignatureError(SignatureFault::mismatch, std::string(mismatch_words));
  }
}

policy::Principal unchecked_principal(std::string_view access_key_id,
                                      const std::string& default_account,
                                      identity::Authority& authority) {
  if (auto credential = authority.credential(access_key_id)) return credential->principal;
  const bool names_account =
      access_key_id.size() == 12 &&
      std::ranges::all_of(access_key_id, [](char c) { return c >= '0' && c <= '9'; });
  policy::Principal root;
  root.kind = policy::Principal::Kind::root;
  root.account = names_account ? std::string(access_key_id) : default_account;
  root.arn = "arn:aws:iam::" + root.account + ":root";
  root.user_id = root.account;
  return root;
}

Error error_of(const SignatureError& error, const Wire& wire) {
  if (wire.protocol == Protocol::ec2) return ec2_error(error);
  Words words = wire.is_s3                           ? s3_words(error)
                : has_exception_codes(wire.protocol) ? json_words(error)
                                                     : query_words(error);
  if (wire.is_s3 && words.code == "AuthorizationHeaderMalformed")
    return {words.code, words.message, 400};
  if (wire.is_s3 && (words.code == "InvalidToken" || words.code == "ExpiredToken"))
    return {words.code, words.message, 400};
  if (words.code == "XAmzContentSHA256Mismatch") return {words.code, words.message, 400};
  return {words.code, words.message};
}

}  // namespace millrace::aws
