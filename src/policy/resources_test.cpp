// The parts of ARNs that AWS looks at when a policy is put; its words are rules_test.cpp's.
#include "policy/resources.hpp"

#include "policy/policy.hpp"

#include <gtest/gtest.h>

#include <string>

namespace millrace::policy {
namespace {

bool is_taken(const std::string& resource, Rigour rigour = Rigour::identity_policies) {
  try {
    check_resource(resource, rigour);
  } catch (const MalformedPolicy&) {
    return false;
  }
  return true;
}

TEST(PolicyResource, AccountsAreOfLettersDigitsHyphensAndWildcards) {
  const auto of_account = [](const std::string& account) {
    return "arn:aws:sqs:us-east-1:" + account + ":q";
  };
  for (const char letter : std::string("0359amzAMZ-*?"))
    EXPECT_FALSE(fails_legacy_parsing(of_account(std::string(3, letter)))) << letter;
  for (const char letter : std::string("/;@[`{_.~$<"))
    EXPECT_TRUE(fails_legacy_parsing(of_account(std::string(1, letter)))) << letter;
  EXPECT_FALSE(fails_legacy_parsing("no colon"));
}

TEST(PolicyResource, WhatIsAnAccountsInS3NamesItAndItsRegion) {
  for (const char* kind : {"accesspoint/", "job/", "storage-lens/", "storage-lens-group/",
                           "async-request/", "access-grants/", "*", "?"})
    EXPECT_TRUE(is_taken("arn:aws:s3:us-east-1:123456789012:" + std::string(kind) + "x")) << kind;
  for (const char* bucket : {"b", "a*", "a?", "jobs/x", "accesspoint"}) {
    EXPECT_FALSE(is_taken("arn:aws:s3:us-east-1::" + std::string(bucket))) << bucket;
    EXPECT_FALSE(is_taken("arn:aws:s3::123456789012:" + std::string(bucket))) << bucket;
    EXPECT_TRUE(is_taken("arn:aws:s3:?:*:" + std::string(bucket))) << bucket;
    EXPECT_FALSE(is_taken("arn:aws:s3:~::" + std::string(bucket))) << bucket;
  }
}

TEST(PolicyResource, ControlPoliciesMayNameOtherPartitions) {
  for (const char* partition : {"aws", "aw*", "?ws"}) {
    EXPECT_TRUE(is_taken("arn:" + std::string(partition) + ":s3:::b")) << partition;
    EXPECT_TRUE(is_taken("arn:" + std::string(partition) + ":s3:::b", Rigour::control_policies));
  }
  EXPECT_TRUE(is_taken("arn:aws-cn:s3:::b", Rigour::control_policies));
  EXPECT_FALSE(is_taken("arn:aws-cn:s3:::b"));
  EXPECT_FALSE(is_taken("arn:my-aws:s3:::b", Rigour::control_policies));
  EXPECT_FALSE(is_taken("arn:~:s3:::b", Rigour::control_policies));
}

}  // namespace
}  // namespace millrace::policy
