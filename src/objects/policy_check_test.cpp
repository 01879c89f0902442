// What a bucket's policy may say.
#include "objects/policy_check.hpp"

#include "policy/policy.hpp"

#include <gtest/gtest.h>

namespace millrace::objects {
namespace {

std::string words(const std::string& action, const std::string& resource) {
  try {
    check_bucket_policy(R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":)" + action +
                            R"(,"Resource":)" + resource + "}]}",
                        "bucket");
    return "accepted";
  } catch (const policy::MalformedPolicy& error) {
    return error.what();
  }
}

TEST(BucketPolicy, ActionsMustExist) {
  EXPECT_EQ(words(R"("s3:*")", R"("arn:aws:s3:::bucket/*")"), "accepted");
  EXPECT_EQ(words(R"("*")", R"("*")"), "accepted");
  EXPECT_EQ(words(R"(["s3:getobj*","s3:Put*"])", R"("arn:aws:s3:::bucket/*")"), "accepted");
  EXPECT_EQ(words(R"("s3:Fetch*")", R"("arn:aws:s3:::bucket/*")"), "Policy has invalid action");
  EXPECT_EQ(words(R"("ec2:Run")", R"("arn:aws:s3:::bucket/*")"), "Policy has invalid action");
}

TEST(BucketPolicy, ResourcesMustBeTheBuckets) {
  EXPECT_EQ(words(R"("s3:ListBucket")", R"("arn:aws:s3:::bucket")"), "accepted");
  EXPECT_EQ(words(R"("s3:GetObject")", R"("arn:aws:s3:::bucket*")"), "accepted");
  EXPECT_EQ(words(R"("s3:ListBucket")", R"("arn:aws:s3:::other")"), "Policy has invalid resource");
  EXPECT_EQ(words(R"("s3:GetObject")", R"("arn:aws:s3:::other/bucket")"),
            "Policy has invalid resource");
  EXPECT_EQ(words(R"("s3:GetObject")", R"("bucket/*")"), "Policy has invalid resource");
}

TEST(BucketPolicy, ActionsMustFitTheResources) {
  const std::string unfit = "Action does not apply to any resource(s) in statement";
  EXPECT_EQ(words(R"("s3:GetObject")", R"("arn:aws:s3:::bucket")"), unfit);
  EXPECT_EQ(words(R"("s3:ListBucket")", R"("arn:aws:s3:::bucket/*")"), unfit);
  EXPECT_EQ(words(R"(["s3:ListBucket","s3:GetObject"])",
                  R"(["arn:aws:s3:::bucket","arn:aws:s3:::bucket/*"])"),
            "accepted");
}

}  // namespace
}  // namespace millrace::objects
