#include "service/s3/form_policy.hpp"

#include "aws/error.hpp"
#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace millrace::service::s3 {
namespace {

const base::Timestamp now = *base::parse_iso8601("2026-11-22T10:00:00Z");

FormPolicy policy_of(const std::string& conditions) {
  return parse_form_policy(base::base64(
      R"({"expiration": "2026-11-22T11:00:00.000Z", "conditions": [)" + conditions + "]}"));
}

std::string refusal(const std::string& conditions, const FormFields& fields) {
  try {
    check_form(policy_of(conditions), fields, "bucket", now);
  } catch (const aws::Error& error) {
    return error.code() + ": " + error.message();
  }
  return "";
}

std::string parse_refusal(const std::string& document) {
  try {
    static_cast<void>(parse_form_policy(base::base64(document)));
  } catch (const aws::Error& error) {
    return error.code();
  }
  return "";
}

constexpr const char* conditions =
    R"({"bucket": "bucket"}, ["starts-with", "$key", "user/"], {"acl": "private"},
       ["starts-with", "$Content-Type", "image/"], ["content-length-range", 1, "10"])";

TEST(FormPolicy, HoldsWhereEveryConditionDoes) {
  EXPECT_EQ(refusal(conditions, {{"key", "user/1"},
                                 {"acl", "private"},
                                 {"content-type", "image/png, image/gif"},
                                 {"x-ignore-this", "1"},
                                 {"policy", "p"},
                                 {"x-amz-signature", "s"}}),
            "");
}

TEST(FormPolicy, SaysWhichConditionFails) {
  const std::string refused = "AccessDenied: Invalid according to Policy: ";
  EXPECT_EQ(refusal(conditions, {{"key", "other/1"}, {"acl", "private"}}),
            refused + R"(Policy Condition failed: ["starts-with", "$key", "user/"])");
  EXPECT_EQ(refusal(conditions, {{"key", "user/1"}}),
            refused + R"(Policy Condition failed: ["eq", "$acl", "private"])");
  EXPECT_EQ(
      refusal(conditions,
              {{"key", "user/1"}, {"acl", "private"}, {"content-type", "image/png,text/plain"}}),
      refused + R"(Policy Condition failed: ["starts-with", "$Content-Type", "image/"])");
  EXPECT_EQ(refusal(R"({"bucket": "another"})", {}),
            refused + R"(Policy Condition failed: ["eq", "$bucket", "another"])");
}

TEST(FormPolicy, RefusesFieldsThatItDoesNotName) {
  EXPECT_EQ(refusal(R"({"key": "k"})", {{"key", "k"}, {"x-amz-meta-note", "1"}}),
            "AccessDenied: Invalid according to Policy: Extra input fields: x-amz-meta-note");
}

TEST(FormPolicy, Expires) {
  try {
    check_form(policy_of(""), {}, "bucket", now + std::chrono::hours(1));
    FAIL();
  } catch (const aws::Error& error) {
    EXPECT_EQ(error.message(), "Invalid according to Policy: Policy expired.");
  }
}

TEST(FormPolicy, KnowsTheLengthsOfTheFile) {
  const FormPolicy policy = policy_of(conditions);
  ASSERT_TRUE(policy.length);
  EXPECT_EQ(policy.length->least, 1U);
  EXPECT_EQ(policy.length->most, 10U);
}

TEST(FormPolicy, RefusesWhatIsNoPolicy) {
  for (
      const char* document :
      {"", "[]", "{", R"({"conditions": []})", R"({"expiration": "2026-11-22T11:00:00Z"})",
       R"({"expiration": "soon", "conditions": []})",
       R"({"expiration": "2026-11-22T11:00:00Z", "conditions": [{}]})",
       R"({"expiration": "2026-11-22T11:00:00Z", "conditions": [{"a": "1", "b": "2"}]})",
       R"({"expiration": "2026-11-22T11:00:00Z", "conditions": [["eq", "key", "1"]]})",
       R"({"expiration": "2026-11-22T11:00:00Z", "conditions": [["in", "$key", "1"]]})",
       R"({"expiration": "2026-11-22T11:00:00Z", "conditions": [["eq", "$key"]]})",
       R"({"expiration": "2026-11-22T11:00:00Z", "conditions": [["content-length-range", -1, 2]]})",
       R"({"expiration": "2026-11-22T11:00:00Z", "conditions": [{"key": null}]})"}) {
    EXPECT_EQ(parse_refusal(document), "InvalidPolicyDocument") << document;
  }
}

}  // namespace
}  // namespace millrace::service::s3
