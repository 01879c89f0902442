// AWS's words for violated constraints, on shapes of real models.
#include "aws/validation.hpp"

#include "aws/protocol_json.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

class ValidationTest : public ::testing::Test {
 protected:
  std::string message(std::string_view operation, std::string_view json) {
    const Shape& shape = *models.model("sagemaker").operation(operation)->input_shape();
    base::Map input;
    UnknownMembers unknown;
    parse_json_members(shape, json, JsonNames::members, input, unknown);
    const auto violations = find_violations(shape, input);
    return violations.empty() ? "none" : validation_message(violations);
  }

  Models models{MILLRACE_MODELS};
};

TEST_F(ValidationTest, NamesElementsByPosition) {
  EXPECT_EQ(
      message(
          "AddTags",
          R"({"ResourceArn":"arn:aws:sagemaker:us-east-1:123456789012:model/a","Tags":[{"Key":"a","Value":"b"},{"Key":"","Value":"b"}]})"),
      "1 validation error detected: Value '' at 'tags.2.member.key' failed to satisfy constraint: "
      "Member must have "
      "length greater than or equal to 1");
}

TEST_F(ValidationTest, JoinsSeveralErrors) {
  EXPECT_EQ(message("ListTrainingJobs", R"({"MaxResults":0,"SortOrder":"Up"})"),
            "2 validation errors detected: Value '0' at 'maxResults' failed to satisfy constraint: "
            "Member must have value "
            "greater than or equal to 1; Value 'Up' at 'sortOrder' failed to satisfy constraint: "
            "Member must satisfy enum "
            "value set: [Ascending, Descending]");
}

TEST_F(ValidationTest, NamesMissingAndNullMembers) {
  EXPECT_EQ(message("AddTags", "{}"),
            "2 validation errors detected: Value null at 'resourceArn' failed to satisfy "
            "constraint: Member must not be "
            "null; Value null at 'tags' failed to satisfy constraint: Member must not be null");
  EXPECT_EQ(
      message(
          "DeleteTags",
          R"({"ResourceArn":"arn:aws:sagemaker:us-east-1:123456789012:model/a","TagKeys":[null]})"),
      "1 validation error detected: Value null at 'tagKeys.1.member' failed to satisfy constraint: "
      "Member must not be "
      "null");
}

TEST_F(ValidationTest, CountsLengthAsJavaDoes) {
  EXPECT_EQ(message("ListTrainingJobs", R"({"NameContains":"abc","MaxResults":100})"), "none");
  std::string name;
  for (int i = 0; i < 32; ++i) name += "\xF0\x9F\x98\xB9";
  const std::string tag =
      R"({"ResourceArn":"arn:aws:sagemaker:us-east-1:123456789012:model/a","Tags":[{"Key":"a","Value":")";
  EXPECT_EQ(message("AddTags", tag + name + "\"}]}").find("have length"), std::string::npos);
}

}  // namespace
}  // namespace millrace::aws
