#include "policy/resource_words.hpp"

#include <gtest/gtest.h>

namespace millrace::policy {
namespace {

constexpr const char* role = "arn:aws:iam::123456789012:role/a/r";
constexpr const char* managed = "arn:aws:iam::123456789012:policy/a/p";

TEST(ResourceWords, WhatIsThereIsNamedByItsKind) {
  EXPECT_EQ(on_resource("iam:GetRole", role), " on resource: role r");
  EXPECT_EQ(on_resource("iam:AddUserToGroup", "arn:aws:iam::123456789012:group/g"),
            " on resource: group g");
  EXPECT_EQ(on_resource("iam:GetInstanceProfile", "arn:aws:iam::123456789012:instance-profile/p"),
            " on resource: instance profile p");
  EXPECT_EQ(on_resource("iam:GetPolicy", managed), " on resource: policy " + std::string(managed));
}

TEST(ResourceWords, WhatIsMadeTaggedPassedOrListedIsNamedByItsArn) {
  const std::string words = " on resource: " + std::string(role);
  for (const char* action : {"iam:CreateRole", "iam:PassRole", "iam:TagRole", "iam:ListRoleTags",
                             "iam:DeleteServiceLinkedRole", "iam:PutRolePermissionsBoundary"})
    EXPECT_EQ(on_resource(action, role), words) << action;
  EXPECT_EQ(on_resource("iam:ListRoles", "arn:aws:iam::123456789012:role/"),
            " on resource: arn:aws:iam::123456789012:role/");
  EXPECT_EQ(on_resource("iam:CreatePolicy", managed), " on resource: policy p");
  EXPECT_EQ(on_resource("iam:DeleteVirtualMFADevice", "arn:aws:iam::123456789012:mfa/m"),
            " on resource: arn:aws:iam::123456789012:mfa/m");
}

TEST(ResourceWords, WhereThereIsNoResourceInParticular) {
  EXPECT_EQ(on_resource("iam:ListPolicies", "*"), " on resource: policy path /");
  EXPECT_EQ(on_resource("iam:GetAccountSummary", "*"), " on resource: *");
  EXPECT_EQ(on_resource("s3:ListAllMyBuckets", "*"), "");
  EXPECT_EQ(on_resource("s3:GetObject", "arn:aws:s3:::b/k"), " on resource: \"arn:aws:s3:::b/k\"");
}

}  // namespace
}  // namespace millrace::policy
