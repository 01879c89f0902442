// Which operation of S3 a request means, and which bucket its host names.
#include "aws/routes.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

class RoutesTest : public ::testing::Test {
 protected:
  std::string operation(const std::string& method, const std::string& target,
                        const std::string& header = "") {
    http::Request request{
        .method = method, .target = target, .path = target.substr(0, target.find('?'))};
    if (target.find('?') != std::string::npos) request.query = target.substr(target.find('?') + 1);
    if (!header.empty()) request.headers.add(header, "value");
    route = find_route(models.model("s3"), request.path, request,
                       *base::parse_query(request.query, true));
    return route ? route->operation->name : "none";
  }

  Models models{MILLRACE_MODELS};
  std::optional<Route> route;
};

TEST_F(RoutesTest, TellsOperationsOfOnePathApart) {
  EXPECT_EQ(operation("GET", "/"), "ListBuckets");
  EXPECT_EQ(operation("GET", "/bucket"), "ListObjects");
  EXPECT_EQ(operation("GET", "/bucket/"), "ListObjects");
  EXPECT_EQ(operation("GET", "/bucket?list-type=2&prefix=a"), "ListObjectsV2");
  EXPECT_EQ(operation("GET", "/bucket?versions"), "ListObjectVersions");
  EXPECT_EQ(operation("GET", "/bucket?lifecycle"), "GetBucketLifecycleConfiguration");
  EXPECT_EQ(operation("GET", "/bucket?analytics"), "ListBucketAnalyticsConfigurations");
  EXPECT_EQ(operation("GET", "/bucket?analytics&id=a"), "GetBucketAnalyticsConfiguration");
  EXPECT_EQ(operation("GET", "/bucket/key"), "GetObject");
  EXPECT_EQ(operation("GET", "/bucket/key?uploadId=a"), "ListParts");
  EXPECT_EQ(operation("PUT", "/bucket/key"), "PutObject");
  EXPECT_EQ(operation("PUT", "/bucket/key", "x-amz-copy-source"), "CopyObject");
  EXPECT_EQ(operation("PUT", "/bucket/key?partNumber=1&uploadId=a"), "UploadPart");
  EXPECT_EQ(operation("PUT", "/bucket/key?partNumber=1&uploadId=a", "x-amz-copy-source"),
            "UploadPartCopy");
  EXPECT_EQ(operation("DELETE", "/bucket/key"), "DeleteObject");
  EXPECT_EQ(operation("DELETE", "/bucket/key?uploadId=a"), "AbortMultipartUpload");
  EXPECT_EQ(operation("POST", "/bucket?delete"), "DeleteObjects");
  EXPECT_EQ(operation("POST", "/bucket/key?uploads"), "CreateMultipartUpload");
  EXPECT_EQ(operation("POST", "/bucket/key?uploadId=a"), "CompleteMultipartUpload");
  EXPECT_EQ(operation("PATCH", "/bucket/key"), "none");
}

TEST_F(RoutesTest, AKeyIsAllThatFollows) {
  EXPECT_EQ(operation("GET", "/bucket//a/b%20c/"), "GetObject");
  EXPECT_EQ(route->labels.at("Key"), "/a/b c/");
  EXPECT_EQ(route->labels.at("Bucket"), "bucket");
}

TEST(BucketOfHost, NamesTheBucketOfAVirtualHost) {
  EXPECT_EQ(bucket_of_host("my.bucket.localhost:4566"), "my.bucket");
  EXPECT_EQ(bucket_of_host("bucket.s3.localhost"), "bucket");
  EXPECT_EQ(bucket_of_host("my.bucket.s3.eu-west-1.amazonaws.com"), "my.bucket");
  EXPECT_EQ(bucket_of_host("bucket.s3.amazonaws.com:443"), "bucket");
  EXPECT_EQ(bucket_of_host("bucket.s3-eu-west-1.amazonaws.com"), "bucket");
  for (const char* host :
       {"localhost:4566", "127.0.0.1:4566", "[::1]:4566", "s3.localhost",
        "s3.us-east-1.amazonaws.com", "s3.amazonaws.com", "sts.amazonaws.com", "example.com"}) {
    EXPECT_EQ(bucket_of_host(host), std::nullopt) << host;
  }
}

}  // namespace
}  // namespace millrace::aws
