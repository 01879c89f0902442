#include "aws/form_signature.hpp"

#include "aws/sigv2.hpp"
#include "base/text.hpp"

#include <limits>

namespace millrace::aws {

namespace {

constexpr std::int64_t longest_use_seconds = 7LL * 24 * 60 * 60;

[[noreturn]] void bad_credential(const std::string& message) {
  throw SignatureError(SignatureFault::bad_query, message);
}

Scope scope_of(const std::vector<std::string_view>& pieces) {
  const auto scope = std::vector(pieces.end() - 4, pieces.end());
  if (scope.back() != "aws4_request") {
    bad_credential(
        "Error parsing the X-Amz-Credential parameter; incorrect terminal. This should "
        "end in \"aws4_request\".");
  }
  if (scope[2] != "s3") {
    bad_credential("Error parsing the X-Amz-Credential parameter; incorrect service \"" +
                   std::string(scope[2]) + "\". This endpoint belongs to \"s3\".");
  }
  return {.date = std::string(scope[0]),
          .region = std::string(scope[1]),
          .service = std::string(scope[2])};
}

}  // namespace

Signature signature_of(const FormProof& proof) {
  Signature signature;
  signature.in_query = true;
  signature.signature = proof.signature;
  signature.session_token = proof.session_token;
  signature.scope.service = "s3";
  if (!proof.access_key_id.empty()) {
    signature.is_old = true;
    signature.access_key_id = proof.access_key_id;
    signature.expires_at_seconds = std::numeric_limits<std::int64_t>::max();
    return signature;
  }
  const auto pieces = base::split(proof.credential, '/');
  if (pieces.size() < 5) {
    bad_credential(
        "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; "
        "expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".");
  }
  signature.scope = scope_of(pieces);
  signature.access_key_id =
      proof.credential.substr(0, proof.credential.size() - signature.scope.text().size() - 1);
  signature.timestamp = proof.timestamp;
  signature.expires_seconds = longest_use_seconds;
  return signature;
}

void check_form_signature(const FormProof& proof, const Signature& signature,
                          std::string_view secret) {
  const std::string expected = signature.is_old
                                   ? old_sign(secret, proof.text)
                                   : sign(signing_key(secret, signature.scope), proof.text);
  if (base::equal_in_constant_time(expected, proof.signature)) return;
  throw SignatureError(SignatureFault::mismatch, "the form's signature does not match");
}

}  // namespace millrace::aws
