// What counts as a change of identity, and what of it may be written down.
#include "aws/auditor.hpp"

#include "aws/model.hpp"
#include "base/json.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

TEST(Auditor, KnowsChangesFromLooks) {
  for (const char* change :
       {"CreateUser", "PutUserPolicy", "DeactivateMFADevice", "TagRole", "ChangePassword",
        "SetDefaultPolicyVersion", "UploadServerCertificate"})
    EXPECT_TRUE(is_identity_change("iam", change)) << change;
  for (const char* look :
       {"GetUser", "ListRoles", "SimulateCustomPolicy", "GenerateCredentialReport"})
    EXPECT_FALSE(is_identity_change("iam", look)) << look;
  EXPECT_TRUE(is_identity_change("organizations", "AttachPolicy"));
  EXPECT_FALSE(is_identity_change("organizations", "DescribeOrganization"));
  EXPECT_TRUE(is_identity_change("sts", "AssumeRole"));
  EXPECT_FALSE(is_identity_change("sts", "GetCallerIdentity"));
  EXPECT_FALSE(is_identity_change("s3", "PutBucketPolicy"));
}

TEST(Auditor, WritesNoSecretDown) {
  Models models(MILLRACE_MODELS);
  const auto shown = [&](const char* service, const char* operation, const char* input) {
    const Shape& shape = *models.model(service).operation(operation)->input_shape();
    return base::write_json(without_secrets(shape, base::parse_json(input)));
  };
  EXPECT_EQ(shown("iam", "CreateLoginProfile", R"({"UserName":"ann","Password":"secret"})"),
            R"({"UserName":"ann","Password":"HIDDEN_DUE_TO_SECURITY_REASONS"})");
  EXPECT_EQ(shown("iam", "ChangePassword", R"({"OldPassword":"a","NewPassword":"b"})"),
            R"({"OldPassword":"HIDDEN_DUE_TO_SECURITY_REASONS",)"
            R"("NewPassword":"HIDDEN_DUE_TO_SECURITY_REASONS"})");
  EXPECT_EQ(
      shown("sts", "AssumeRole", R"({"RoleArn":"r","TokenCode":"123456","Tags":[{"Key":"k"}]})"),
      R"({"RoleArn":"r","TokenCode":"HIDDEN_DUE_TO_SECURITY_REASONS","Tags":[{"Key":"k"}]})");
  EXPECT_EQ(shown("iam", "UploadServerCertificate",
                  R"({"ServerCertificateName":"n","CertificateBody":"b","PrivateKey":"p"})"),
            R"({"ServerCertificateName":"n","CertificateBody":"b",)"
            R"("PrivateKey":"HIDDEN_DUE_TO_SECURITY_REASONS"})");
}

TEST(Auditor, FindsTheKeyThatAnAnswerGives) {
  EXPECT_EQ(issued_key(base::Map{{"AccessKey", base::Map{{"AccessKeyId", "AKIA1"}}}}), "AKIA1");
  EXPECT_EQ(issued_key(base::Map{{"Credentials", base::Map{{"AccessKeyId", "ASIA1"}}}}), "ASIA1");
  EXPECT_EQ(issued_key(base::Map{{"User", base::Map{}}}), "");
}

}  // namespace
}  // namespace millrace::aws
