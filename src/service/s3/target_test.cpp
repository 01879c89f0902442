// Which names a bucket may have.
#include "service/s3/target.hpp"

#include "service/s3/copy_source.hpp"

#include <gtest/gtest.h>

namespace millrace::service::s3 {
namespace {

TEST(BucketName, TakesWhatS3Takes) {
  for (const char* name :
       {"abc", "my-bucket", "my.bucket.1", "0bucket", "sagemaker-us-east-1-000"}) {
    EXPECT_TRUE(is_bucket_name(name)) << name;
  }
  EXPECT_TRUE(is_bucket_name(std::string(63, 'a')));
}

TEST(BucketName, RefusesWhatS3Refuses) {
  for (const char* name : {"", "ab", "Bucket", "my_bucket", "-abc", "abc-", ".abc", "a..b",
                           "192.168.5.4", "xn--abc", "abc-s3alias", "abc--ol-s3", "a b c"}) {
    EXPECT_FALSE(is_bucket_name(name)) << name;
  }
  EXPECT_FALSE(is_bucket_name(std::string(64, 'a')));
}

TEST(CopySource, NamesBucketAndKey) {
  const SourceName name = parse_copy_source("/bucket/a%20b/c%2Bd?versionId=null");
  EXPECT_EQ(name.bucket, "bucket");
  EXPECT_EQ(name.key, "a b/c+d");
  EXPECT_EQ(parse_copy_source("b/k").key, "k");
}

TEST(CopySource, RefusesOtherForms) {
  for (const char* header : {"bucket", "/bucket/", "//key", "b/k?versionId=abc", "b/%zz"}) {
    EXPECT_THROW(static_cast<void>(parse_copy_source(header)), aws::Error) << header;
  }
}

}  // namespace
}  // namespace millrace::service::s3
