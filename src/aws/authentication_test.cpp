// A signature's faults in the words of each family of protocols.
#include "aws/authentication.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

std::string code(SignatureFault fault, const Wire& wire) {
  return error_of(SignatureError(fault, "words"), wire).code();
}

TEST(Authentication, NamesAFaultAsTheProtocolsServicesDo) {
  const Wire json{.protocol = Protocol::json};
  const Wire cbor{.protocol = Protocol::cbor};
  const Wire query{.protocol = Protocol::query};
  const Wire ec2{.protocol = Protocol::ec2};
  const Wire s3{.protocol = Protocol::rest_xml, .is_s3 = true};
  EXPECT_EQ(code(SignatureFault::unknown_key, json), "UnrecognizedClientException");
  EXPECT_EQ(code(SignatureFault::unknown_key, cbor), "UnrecognizedClientException");
  EXPECT_EQ(code(SignatureFault::unknown_key, query), "InvalidClientTokenId");
  EXPECT_EQ(code(SignatureFault::unknown_key, ec2), "AuthFailure");
  EXPECT_EQ(code(SignatureFault::unknown_key, s3), "InvalidAccessKeyId");
  EXPECT_EQ(code(SignatureFault::mismatch, json), "InvalidSignatureException");
  EXPECT_EQ(code(SignatureFault::mismatch, query), "SignatureDoesNotMatch");
  EXPECT_EQ(code(SignatureFault::mismatch, ec2), "AuthFailure");
  EXPECT_EQ(code(SignatureFault::skewed, ec2), "RequestExpired");
  EXPECT_EQ(code(SignatureFault::missing, ec2), "MissingAuthenticationToken");
}

TEST(Authentication, Ec2SaysUnauthorizedByStatus) {
  const Wire wire{.protocol = Protocol::ec2};
  const Error error = error_of(SignatureError(SignatureFault::mismatch, "words"), wire);
  EXPECT_EQ(error.status(), 401);
  const Refusal refusal = resolve(error, wire, nullptr, {});
  const http::Reply reply = write_refusal(wire, nullptr, refusal);
  EXPECT_EQ(reply.status, 401);
  EXPECT_NE(std::get<std::string>(reply.body).find("<Response><Errors><Error><Code>AuthFailure"),
            std::string::npos);
}

// Of faults that differ for the client, one of each kind of what a protocol can say.
TEST(Authentication, HasACodeForEveryFaultInEveryForm) {
  struct Row {
    SignatureFault fault;
    const char* s3;
    const char* query;
    const char* ec2;
    const char* json;
  };
  constexpr Row rows[] = {
      {SignatureFault::missing, "AccessDenied", "MissingAuthenticationToken",
       "MissingAuthenticationToken", "MissingAuthenticationTokenException"},
      {SignatureFault::bad_query, "AuthorizationQueryParametersError", "IncompleteSignature",
       "IncompleteSignature", "IncompleteSignatureException"},
      {SignatureFault::unsupported, "InvalidRequest", "IncompleteSignature", "IncompleteSignature",
       "IncompleteSignatureException"},
      {SignatureFault::skewed, "RequestTimeTooSkewed", "SignatureDoesNotMatch", "RequestExpired",
       "InvalidSignatureException"},
      {SignatureFault::inactive_key, "InvalidAccessKeyId", "InvalidClientTokenId", "AuthFailure",
       "UnrecognizedClientException"},
      {SignatureFault::bad_token, "InvalidToken", "InvalidClientTokenId", "AuthFailure",
       "UnrecognizedClientException"},
      {SignatureFault::expired_token, "ExpiredToken", "ExpiredToken", "RequestExpired",
       "ExpiredTokenException"},
      {SignatureFault::body_mismatch, "XAmzContentSHA256Mismatch", "SignatureDoesNotMatch",
       "AuthFailure", "InvalidSignatureException"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(code(row.fault, {.protocol = Protocol::rest_xml, .is_s3 = true}), row.s3);
    EXPECT_EQ(code(row.fault, {.protocol = Protocol::query}), row.query);
    EXPECT_EQ(code(row.fault, {.protocol = Protocol::ec2}), row.ec2);
    EXPECT_EQ(code(row.fault, {.protocol = Protocol::json}), row.json);
  }
}

}  // namespace
}  // namespace millrace::aws
