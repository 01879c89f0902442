// How a request was signed, as conditions ask for it.
#include "aws/signature_keys.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

http::Request signed_by_header() {
  http::Request request;
  request.method = "GET";
  request.path = request.target = "/b/k";
  request.headers.add("host", "localhost");
  request.headers.add("x-amz-date", "20261121T100000Z");
  request.headers.add("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
  request.headers.add("authorization",
                      "AWS4-HMAC-SHA256 Credential=AKID/20261121/us-east-1/s3/aws4_request, "
                      "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=" +
                          std::string(64, 'a'));
  return request;
}

std::string value(const http::Request& request, std::string_view key) {
  const auto at = base::parse_basic_iso8601("20261121T100001Z");
  const auto values = signature_key(request, *at, key);
  return values ? values->front() : "none";
}

TEST(SignatureKeys, OfAHeader) {
  const http::Request request = signed_by_header();
  EXPECT_EQ(value(request, "s3:authtype"), "REST-HEADER");
  EXPECT_EQ(value(request, "s3:signatureversion"), "AWS4-HMAC-SHA256");
  EXPECT_EQ(value(request, "s3:signatureAge"), "1000");
  EXPECT_EQ(value(request, "s3:x-amz-content-sha256"), "UNSIGNED-PAYLOAD");
  EXPECT_EQ(value(request, "s3:prefix"), "none");
  EXPECT_EQ(value(request, "aws:userid"), "none");
}

TEST(SignatureKeys, OfAQuery) {
  http::Request request;
  request.method = "GET";
  request.path = "/b/k";
  request.query = "AWSAccessKeyId=AKID&Expires=1900000000&Signature=abc%3D";
  EXPECT_EQ(value(request, "s3:authType"), "REST-QUERY-STRING");
  EXPECT_EQ(value(request, "s3:signatureversion"), "AWS");
  EXPECT_EQ(value(request, "s3:signatureAge"), "none");
}

TEST(SignatureKeys, OfAnUnsignedRequest) {
  const http::Request request;
  EXPECT_EQ(value(request, "s3:authType"), "none");
  EXPECT_EQ(value(request, "s3:signatureversion"), "none");
}

}  // namespace
}  // namespace millrace::aws
