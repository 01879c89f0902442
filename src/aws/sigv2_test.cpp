// The example of AWS's page on presigned URLs of the older kind, and what is signed beyond it.
#include "aws/sigv2.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

constexpr std::string_view secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

http::Request asking(const std::string& host, const std::string& path, const std::string& query) {
  http::Request request;
  request.method = "GET";
  request.path = path;
  request.query = query;
  request.headers.add("Host", host);
  return request;
}

TEST(OldPresigned, SignsAwssExample) {
  const http::Request request =
      asking("johnsmith.s3.amazonaws.com", "/photos/puppy.jpg",
             "AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&"
             "Expires=1175139620");
  ASSERT_TRUE(is_old_presigned(request));
  const Signature signature = parse_old_presigned(request);
  EXPECT_EQ(signature.access_key_id, "AKIAIOSFODNN7EXAMPLE");
  EXPECT_EQ(signature.expires_at_seconds, 1175139620);
  EXPECT_EQ(old_string_to_sign(request), "GET\n\n\n1175139620\n/johnsmith/photos/puppy.jpg");
  EXPECT_EQ(old_sign(secret, old_string_to_sign(request)), signature.signature);
}

TEST(OldPresigned, SignsHeadersAndSubresources) {
  http::Request request = asking(
      "127.0.0.1:4566", "/bucket/key",
      "x-amz-security-token=t&versionId=7&uploads&prefix=p&response-content-type=a%2Fb&Expires=1");
  request.headers.add("Content-Type", "text/plain");
  request.headers.add("X-Amz-Meta-A", " one ");
  request.headers.add("x-amz-meta-a", "two");
  EXPECT_EQ(old_string_to_sign(request),
            "GET\n\ntext/plain\n1\nx-amz-meta-a:one,two\nx-amz-security-token:t\n"
            "/bucket/key?response-content-type=a/b&uploads&versionId=7");
  EXPECT_EQ(parse_old_presigned(request).session_token, "t");
}

TEST(OldPresigned, SignsABucketWithASlash) {
  for (const char* path : {"/bucket", "/bucket/"}) {
    EXPECT_EQ(old_string_to_sign(asking("127.0.0.1:4566", path, "Expires=1")),
              "GET\n\n\n1\n/bucket/");
  }
  EXPECT_EQ(old_string_to_sign(asking("127.0.0.1:4566", "/", "Expires=1")), "GET\n\n\n1\n/");
}

TEST(OldPresigned, SignsWithSecretsLongerThanABlock) {
  EXPECT_EQ(old_sign(std::string(80, 'k'), "text"), "s0nAj9FiCmLOf8p5DY2jjj+8+Ak=");
}

TEST(OldPresigned, RefusesWhatIsIncomplete) {
  EXPECT_FALSE(is_old_presigned(asking("h", "/b/k", "AWSAccessKeyId=A")));
  EXPECT_THROW((void)parse_old_presigned(asking("h", "/b/k", "AWSAccessKeyId=A&Signature=S")),
               SignatureError);
  EXPECT_THROW((void)parse_old_presigned(asking("h", "/b/k", "Expires=soon")), SignatureError);
  EXPECT_THROW((void)parse_old_presigned(asking("h", "/b/k", "Expires=%zz")), SignatureError);
}

}  // namespace
}  // namespace millrace::aws
