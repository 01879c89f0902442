// The grammar of policies: what is taken, and AWS's words for what is not.
#include "identity/policy.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

std::string malformed(std::string_view document, PolicyKind kind = PolicyKind::inline_identity) {
  try {
    (void)parse_policy(document, kind);
  } catch (const MalformedPolicy& error) {
    return error.what();
  }
  return "no error";
}

std::string unsupported(std::string_view document, PolicyKind kind = PolicyKind::inline_identity) {
  try {
    (void)parse_policy(document, kind);
  } catch (const UnsupportedPolicy& error) {
    return error.what();
  }
  return "no error";
}

std::string with_statement(const std::string& members) {
  return R"({"Version":"2012-10-17","Statement":{"Effect":"Allow",)" + members + "}}";
}

constexpr std::string_view syntax = "Syntax errors in policy.";

TEST(ParsePolicy, ReadsOneOrSeveralStatements) {
  const auto one =
      parse_policy(with_statement(R"("Action":"s3:*","Resource":"*")"), PolicyKind::managed);
  EXPECT_EQ(one.statements.size(), 1U);
  const auto two = parse_policy(
      R"({"Version":"2012-10-17","Id":"x","Statement":[
        {"Sid":"A","Effect":"Deny","NotAction":["s3:*","iam:Get?ser"],"NotResource":["arn:aws:s3:::b"]},
        {"Sid":"B","Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":true}}}]})",
      PolicyKind::inline_identity);
  ASSERT_EQ(two.statements.size(), 2U);
  EXPECT_TRUE(two.statements[0].denies);
  EXPECT_TRUE(two.statements[0].all_but_actions);
  EXPECT_TRUE(two.statements[0].all_but_resources);
  EXPECT_EQ(two.statements[1].conditions.size(), 1U);
}

TEST(ParsePolicy, RefusesWhatIsNoPolicy) {
  for (const char* document :
       {"", "{", "[]", "{}", R"({"Statement":[]})", R"({"Statement":[1]})",
        R"({"Version":"2020-01-01","Statement":[]})", R"({"Version":7,"Statement":[]})"}) {
    EXPECT_EQ(malformed(document), syntax) << document;
  }
  EXPECT_EQ(malformed("{", PolicyKind::trust), "This policy contains invalid Json");
}

TEST(ParsePolicy, RefusesStatementsInAwsWords) {
  const auto says = [](const std::string& members) { return malformed(with_statement(members)); };
  EXPECT_EQ(says(R"("Resource":"*")"), "Policy statement must contain actions.");
  EXPECT_EQ(says(R"("Action":"s3:*")"), "Policy statement must contain resources.");
  EXPECT_EQ(says(R"("Action":"GetObject","Resource":"*")"),
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
  EXPECT_EQ(says(R"("Action":"s3:Get:Object","Resource":"*")"),
            "Actions/Condition can contain only one colon.");
  EXPECT_EQ(says(R"("Action":"s 3:Get","Resource":"*")"), "Vendor s 3 is not valid");
  EXPECT_EQ(says(R"("Action":"s3:*","Resource":"bucket")"),
            R"(Resource bucket must be in ARN format or "*".)");
  EXPECT_EQ(says(R"("Action":"s3:*","Resource":"arn:a:s3:::b")"),
            R"(Partition "a" is not valid for resource "arn:a:s3:::b".)");
  EXPECT_EQ(says(R"("Action":"s3:*","Resource":"arn:aws:s3:us-east-1::b")"),
            "Resource arn:aws:s3:us-east-1::b can not contain region information.");
  EXPECT_EQ(says(R"("Action":"s3:*","Resource":"*","Principal":"*")"),
            "Policy document should not specify a principal.");
  EXPECT_EQ(says(R"("Action":"s3:*","NotAction":"s3:*","Resource":"*")"), syntax);
  EXPECT_EQ(says(R"("Action":"s3:*","Resource":"*","Extra":1)"), syntax);
  EXPECT_EQ(says(R"("Action":"s3:*","Resource":"*","Sid":"a b")"),
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
            "regular expression [0-9A-Za-z]*");
  EXPECT_EQ(
      says(R"("Action":"s3:*","Resource":"*","Condition":{"StringEqual":{"aws:username":"a"}})"),
      "Invalid Condition type : StringEqual");
  EXPECT_EQ(says(R"("Action":"s3:*","Resource":"*","Condition":{"Null":{"aws:username":"maybe"}})"),
            syntax);
  EXPECT_EQ(
      malformed(
          R"({"Version":"2012-10-17","Statement":{"Effect":"allow","Action":"s3:*","Resource":"*"}})"),
      syntax);
}

TEST(ParsePolicy, SidsAreUnique) {
  EXPECT_EQ(malformed(R"({"Version":"2012-10-17","Statement":[
      {"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"},
      {"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"}]})"),
            "Statement IDs (SID) in a single policy must be unique.");
}

TEST(ParsePolicy, ManagedPoliciesHaveTheNewVersion) {
  const char* old =
      R"({"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
  EXPECT_EQ(malformed(old, PolicyKind::managed),
            "Policy document must be version 2012-10-17 or greater.");
  EXPECT_EQ(malformed(old), "no error");
}

TEST(ParsePolicy, RefusesByNameWhatItDoesNotDecide) {
  EXPECT_EQ(
      unsupported(with_statement(
          R"("Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:Ec2InstanceSourceVpc":"vpc-1"}})")),
      "The condition key aws:Ec2InstanceSourceVpc is not supported.");
  EXPECT_EQ(unsupported(with_statement(R"("Action":"sts:AssumeRole","NotPrincipal":"*")"),
                        PolicyKind::trust),
            "The element NotPrincipal is not supported.");
}

TEST(ParseTrust, RefusesInAwsWords) {
  const auto says = [](const std::string& members) {
    return malformed(with_statement(members), PolicyKind::trust);
  };
  EXPECT_EQ(says(R"("Action":"sts:AssumeRole")"), "Missing required field Principal");
  EXPECT_EQ(says(R"("Principal":"*")"), "Missing required field Action");
  EXPECT_EQ(says(R"("Principal":"*","Action":"sts:AssumeRole","Resource":"*")"),
            "Has prohibited field Resource");
  EXPECT_EQ(says(R"("Principal":"*","Action":"s3:GetObject")"),
            "AssumeRole policy may only specify STS AssumeRole actions.");
  EXPECT_EQ(says(R"("Principal":{"AWS":"someone"},"Action":"sts:AssumeRole")"),
            R"(Invalid principal in policy: "AWS":"someone")");
  EXPECT_EQ(says(R"("Principal":{"Service":"sagemaker"},"Action":"sts:AssumeRole")"),
            R"(Invalid principal in policy: "Service":"sagemaker")");
  EXPECT_EQ(says(R"("Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole")"),
            "no error");
  EXPECT_EQ(malformed("{}", PolicyKind::trust), "Missing required field Statement");
}

TEST(PolicySize, CountsAllButWhiteSpace) { EXPECT_EQ(policy_size("{ \"a\" :\n\t1 }"), 7U); }

}  // namespace
}  // namespace millrace::identity
