#include "aws/form_signature.hpp"

#include "aws/sigv2.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

const FormProof proof{.text = "cG9saWN5",
                      .signature = {},
                      .session_token = "token",
                      .credential = "AKID/EXAMPLE/20261122/us-east-1/s3/aws4_request",
                      .timestamp = "20261122T100000Z",
                      .access_key_id = {}};

SignatureFault fault_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const SignatureError& error) {
    return error.fault;
  }
  return SignatureFault::missing;
}

SignatureFault fault_of_credential(const std::string& credential) {
  FormProof changed = proof;
  changed.credential = credential;
  return fault_of([&] { static_cast<void>(signature_of(changed)); });
}

TEST(FormSignature, TakesACredentialApart) {
  const Signature signature = signature_of(proof);
  EXPECT_EQ(signature.access_key_id, "AKID/EXAMPLE");
  EXPECT_EQ(signature.scope.text(), "20261122/us-east-1/s3/aws4_request");
  EXPECT_EQ(signature.session_token, "token");
  EXPECT_FALSE(signature.is_old);
}

TEST(FormSignature, RefusesWhatIsNoCredentialOfS3) {
  for (const char* credential : {"", "AKID", "AKID/20261122/us-east-1/s3/aws4",
                                 "AKID/20261122/us-east-1/iam/aws4_request", "a/b/c/d"}) {
    EXPECT_EQ(fault_of_credential(credential), SignatureFault::bad_query) << credential;
  }
}

TEST(FormSignature, IsOfTheTextUnderTheScopesKey) {
  FormProof good = proof;
  const Signature signature = signature_of(good);
  good.signature = sign(signing_key("secret", signature.scope), good.text);
  EXPECT_NO_THROW(check_form_signature(good, signature, "secret"));
  const auto other = [&] { check_form_signature(good, signature, "another"); };
  EXPECT_EQ(fault_of(other), SignatureFault::mismatch);
}

TEST(FormSignature, OfVersionTwoIsOfTheTextAlone) {
  FormProof old{.text = "cG9saWN5",
                .signature = old_sign("secret", "cG9saWN5"),
                .session_token = {},
                .credential = {},
                .timestamp = {},
                .access_key_id = "AKID"};
  const Signature signature = signature_of(old);
  EXPECT_TRUE(signature.is_old);
  EXPECT_NO_THROW(check_form_signature(old, signature, "secret"));
  old.text += "=";
  const auto changed = [&] { check_form_signature(old, signature, "secret"); };
  EXPECT_EQ(fault_of(changed), SignatureFault::mismatch);
}

TEST(FormSignature, IsGoodForAWeek) {
  const Signature signature = signature_of(proof);
  const base::Timestamp signed_at = *base::parse_basic_iso8601(proof.timestamp);
  EXPECT_NO_THROW(check_time(signature, signed_at + std::chrono::days(7)));
  const auto later = [&] {
    check_time(signature, signed_at + std::chrono::days(7) + std::chrono::seconds(1));
  };
  EXPECT_EQ(fault_of(later), SignatureFault::request_expired);
}

}  // namespace
}  // namespace millrace::aws
