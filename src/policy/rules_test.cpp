// What AWS refuses of documents that are put, in its words and order. What it takes and refuses was
// seen by those who asked it (moto's tests, cdk-preflight's recordings of September 2026).
#include "policy/rules.hpp"

#include <gtest/gtest.h>

namespace millrace::policy {
namespace {

constexpr std::string_view syntax = "Syntax errors in policy.";
constexpr std::string_view legacy = "The policy failed legacy parsing";
constexpr std::string_view no_vendor =
    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";

std::string said(const std::string& document, PolicyKind kind = PolicyKind::managed) {
  try {
    check_rules(document, parse_policy(document, kind), kind);
  } catch (const MalformedPolicy& error) {
    return error.what();
  }
  return "no error";
}

std::string of_statement(const std::string& statement, PolicyKind kind = PolicyKind::managed) {
  return said(R"({"Version":"2012-10-17","Statement":)" + statement + "}", kind);
}

std::string of_members(const std::string& members, PolicyKind kind = PolicyKind::managed) {
  return of_statement(R"({"Effect":"Allow",)" + members + "}", kind);
}

std::string of_action(const std::string& action) {
  return of_members(R"("Action":")" + action + R"(","Resource":"*")");
}

std::string of_resource(const std::string& resource, PolicyKind kind = PolicyKind::managed) {
  return of_members(R"("Action":"s3:*","Resource":")" + resource + R"(")", kind);
}

std::string of_condition(const std::string& name, const std::string& value) {
  return of_members(R"("Action":"s3:*","Resource":"*","Condition":{")" + name + R"(":{"aws:key":)" +
                    value + "}}");
}

TEST(PolicyRules, ManagedPoliciesHaveTheNewVersion) {
  const char* old =
      R"({"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
  const char* none = R"({"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
  for (const char* document : {old, none}) {
    EXPECT_EQ(said(document), "Policy document must be version 2012-10-17 or greater.");
    EXPECT_EQ(said(document, PolicyKind::inline_identity), "no error");
  }
}

TEST(PolicyRules, AnIdIsAText) {
  const auto with_id = [](const std::string& id) {
    return said(R"({"Version":"2012-10-17","Id":)" + id +
                R"(,"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})");
  };
  EXPECT_EQ(with_id("\"x\""), "no error");
  EXPECT_EQ(with_id("{}"), syntax);
  EXPECT_EQ(with_id("[\"x\"]"), syntax);
}

TEST(PolicyRules, TheOlderParserWantsTheBraceFirst) {
  const std::string document =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";
  EXPECT_EQ(said(document), "no error");
  EXPECT_EQ(said("\n" + document), legacy);
  EXPECT_EQ(said(" " + document, PolicyKind::inline_identity), legacy);
  EXPECT_EQ(said(" " + document, PolicyKind::session), "no error");
}

TEST(PolicyRules, TheOlderParserWantsTheVersionBeforeAStatementOfItsOwn) {
  const std::string statement = R"({"Effect":"Allow","Action":"*","Resource":"*"})";
  const std::string version = R"(,"Version":"2012-10-17"})";
  EXPECT_EQ(said(R"({"Statement":)" + statement + version), legacy);
  EXPECT_EQ(said(R"({"Statement":[)" + statement + "]" + version), "no error");
  EXPECT_EQ(said(R"({"Statement":)" + statement + "}", PolicyKind::inline_identity), "no error");
}

TEST(PolicyRules, TheOlderParserKnowsTwoEffects) {
  const auto effect = [](const std::string& word) {
    return of_statement(R"({"Effect":")" + word + R"(","Action":"*","Resource":"*"})");
  };
  EXPECT_EQ(effect("Deny"), "no error");
  EXPECT_EQ(effect("Allow"), "no error");
  EXPECT_EQ(effect("denY"), legacy);
  EXPECT_EQ(effect("ALLOW"), legacy);
}

TEST(PolicyRules, TheOlderParserReadsConditionsByTheirTypes) {
  for (const char* value : {R"("10")", "10", R"("10.5")", R"("-1")", R"("1e3")", "[]"})
    EXPECT_EQ(of_condition("NumericLessThan", value), "no error") << value;
  for (const char* value : {R"("abc")", R"(" 10")", R"("0x10")", R"("inf")", R"(["1","b"])"})
    EXPECT_EQ(of_condition("NumericLessThanIfExists", value), legacy) << value;
  for (const char* value : {R"("203.0.113.0/24")", R"("203.0.113.5")", R"("0.0.0.0/0")",
                            R"("2001:db8::/32")", R"("2001:db8::1")", R"("::/0")"})
    EXPECT_EQ(of_condition("IpAddress", value), "no error") << value;
  for (const char* value : {R"("203.0.113.999/24")", R"("example.com")", R"("1.2.3")",
                            R"("10.0.0.0/33")", R"("10.0.0.0/-1")", R"("10.0.0.1 ")"})
    EXPECT_EQ(of_condition("NotIpAddress", value), legacy) << value;
  for (const char* value : {R"("arn:*:s3:::b")", R"("arn:aws:*:*:*:*")", R"("*")"})
    EXPECT_EQ(of_condition("ArnLike", value), "no error") << value;
  for (const char* value : {R"("nope")", R"("arn:aws:s3:b")", R"("${aws:PrincipalArn}")"})
    EXPECT_EQ(of_condition("ForAnyValue:ArnNotEquals", value), legacy) << value;
  EXPECT_EQ(of_condition("DateGreaterThan", R"("2026-01-01T00:00:00Z")"), "no error");
  EXPECT_EQ(of_condition("DateGreaterThan", R"("tomorrow")"), legacy);
}

TEST(PolicyRules, BinariesAreBase64) {
  for (const char* value : {R"("YWJj")", R"("YWJjZA==")"})
    EXPECT_EQ(of_condition("BinaryEquals", value), "no error") << value;
  for (const char* value : {R"("!!!")", R"("abc")", R"("YWJj==")"})
    EXPECT_EQ(of_condition("BinaryEquals", value), syntax) << value;
}

TEST(PolicyRules, TheOlderParserReadsResources) {
  for (const char* resource :
       {"arn:aws:s3::example_bucket", "arn:aws::fdsasf", "arn:aws::::example_bucket",
        "arn:awss3::example-bucket/*", "arn:aws:iam::${aws:PrincipalAccount}:role/x",
        "arn:aws:iam::<ACCOUNT>:role/x", "arn:*:sqs:us-east-1:a_b:q"})
    EXPECT_EQ(of_resource(resource), legacy) << resource;
  // Nothing of this holds for what is not kept.
  EXPECT_EQ(of_resource("arn:aws:iam::${aws:PrincipalAccount}:role/x", PolicyKind::session),
            "no error");
  // It is heard before all else.
  EXPECT_EQ(of_members(R"("Resource":"arn:aws:s3::a_b")"), legacy);
  EXPECT_EQ(of_members(R"("Action":"s3:*","NotResource":"arn:aws:s3::a_b")"), legacy);
}

TEST(PolicyRules, ResourcesAreArns) {
  for (const char* resource : {"*", "arn:aws:s3:::b", "arn:aws:fdsasf", "arn:aws:s33:::b",
                               "arn:*:s3:::b", "arn:aws:ec2:us-east-1::x"})
    EXPECT_EQ(of_resource(resource), "no error") << resource;
  EXPECT_EQ(of_resource("invalid resource"),
            R"(Resource invalid resource must be in ARN format or "*".)");
  EXPECT_EQ(of_resource(""), R"(Resource  must be in ARN format or "*".)");
  EXPECT_EQ(of_resource("urn:aws:s3:::b"),
            R"(Resource urn:aws:s3:::b must be in ARN format or "*".)");
  EXPECT_EQ(of_resource("a:bsdfdsafsad"),
            R"(Partition "bsdfdsafsad" is not valid for resource "arn:bsdfdsafsad:*:*:*:*".)");
  EXPECT_EQ(of_resource("a:b:c:d:e:f:g:h"),
            R"(Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h".)");
  EXPECT_EQ(of_resource("aws:s3:::b_c"),
            R"(Partition "s3" is not valid for resource "arn:s3:::b_c:*".)");
  EXPECT_EQ(of_resource("s3::b/*"), R"(Partition "" is not valid for resource "arn::b/*:*:*:*".)");
  EXPECT_EQ(of_resource("arn:aws2:s3:::b/*"),
            R"(Partition "aws2" is not valid for resource "arn:aws2:s3:::b/*".)");
  EXPECT_EQ(of_resource("arn:a:s3:::b/*", PolicyKind::session),
            R"(Partition "a" is not valid for resource "arn:a:s3:::b/*".)");
}

TEST(PolicyRules, ResourcesNameTheirService) {
  constexpr std::string_view words =
      "Resource vendor must be fully qualified and cannot contain regexes.";
  for (const char* resource : {"arn:aws", "arn:aws:*:*:*:*x", "arn:aws:s?:::b"})
    EXPECT_EQ(of_resource(resource), words) << resource;
  EXPECT_EQ(of_resource("arn:aws:*:*:*:*", PolicyKind::service_control), "no error");
}

TEST(PolicyRules, SomeResourcesAreNoRegionsAndNoAccounts) {
  EXPECT_EQ(of_resource("arn:aws:iam:us-east-1::x"),
            "IAM resource arn:aws:iam:us-east-1::x cannot contain region information.");
  EXPECT_EQ(of_resource("arn:aws:s3:us-east-1::b", PolicyKind::session),
            "Resource arn:aws:s3:us-east-1::b can not contain region information.");
  EXPECT_EQ(of_resource("arn:aws:s3:my-bucket"),
            "Resource arn:aws:s3:my-bucket:*:* can not contain region information.");
  EXPECT_EQ(of_resource("arn:aws:route53:us-east-1::hostedzone/z"),
            "Resource arn:aws:route53:us-east-1::hostedzone/z can not contain region information.");
  EXPECT_EQ(of_resource("arn:aws:s3:us-east-1:111122223333:b"),
            "Resource arn:aws:s3:us-east-1:111122223333:b can not contain region information.");
  EXPECT_EQ(of_resource("arn:aws:s3::111122223333:b"),
            "Resource arn:aws:s3::111122223333:b cannot contain an account id.");
  EXPECT_EQ(of_resource("arn:aws:route53::111122223333:hostedzone/z"),
            "Resource arn:aws:route53::111122223333:hostedzone/z cannot contain an account id.");
  for (const char* resource :
       {"arn:aws:s3:us-east-1:111122223333:accesspoint/a", "arn:aws:s3:*:111122223333:job/*",
        "arn:aws:s3:*:*:b", "arn:aws:s3:us-east-1:111122223333:*", "arn:aws:iam:*:*:role/x",
        "arn:aws:cloudfront:us-east-1:111122223333:distribution/x"})
    EXPECT_EQ(of_resource(resource), "no error") << resource;
}

TEST(PolicyRules, KnowsWhatIamHas) {
  constexpr std::string_view words =
      "IAM resource path must either be \"*\", root, or start with user/, federated-user/, role/, "
      "group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, "
      "oidc-provider/, report/, access-report/.";
  for (const char* resource : {"arn:aws:iam:::example_bucket", "arn:aws:iam::111122223333:*/x"})
    EXPECT_EQ(of_resource(resource), words) << resource;
  for (const char* resource : {"arn:aws:iam::111122223333:*", "arn:aws:iam::111122223333:root",
                               "arn:aws:iam:::user/x", "arn:aws:iam::*:access-report/*"})
    EXPECT_EQ(of_resource(resource), "no error") << resource;
  EXPECT_EQ(of_resource("arn:aws:iam::111122223333:x", PolicyKind::service_control), "no error");
}

TEST(PolicyRules, ActionsHaveTheirVendor) {
  for (const char* action : {"*", "s3:*", "s3-s:ListBucket", "s3.s:ListBucket", "iam: a b "})
    EXPECT_EQ(of_action(action), "no error") << action;
  EXPECT_EQ(of_action("GetObject"), no_vendor);
  EXPECT_EQ(of_action(""), no_vendor);
  EXPECT_EQ(of_action("s3:Get:Object"), "Actions/Condition can contain only one colon.");
  EXPECT_EQ(of_action("s 3:Get"), "Vendor s 3 is not valid");
  EXPECT_EQ(of_action(":Get"), "Vendor  is not valid");
  for (const char* action : {"*:GetObject", "s3?:Get"})
    EXPECT_EQ(of_action(action),
              "Action vendors (e.g., aws, ec2, etc.) must not contain wildcards.")
        << action;
}

TEST(PolicyRules, SidsArePlainAndUnique) {
  const auto twice = [](const std::string& a, const std::string& b) {
    const auto one = [](const std::string& sid) {
      return R"({"Sid":")" + sid + R"(","Effect":"Allow","Action":"*","Resource":"*"})";
    };
    return of_statement("[" + one(a) + "," + one(b) + "]");
  };
  EXPECT_EQ(twice("A", "B"), "no error");
  EXPECT_EQ(twice("", ""), "no error");
  EXPECT_EQ(twice("A", "A"), "Statement IDs (SID) in a single policy must be unique.");
  EXPECT_EQ(twice("A", "a b"),
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the "
            "regular expression [0-9A-Za-z]*");
}

TEST(PolicyRules, OfSeveralErrorsAwsTellsOne) {
  EXPECT_EQ(of_members(R"("Resource":"*")"), "Policy statement must contain actions.");
  EXPECT_EQ(of_members(R"("Action":[],"Resource":"x")"), "Policy statement must contain actions.");
  EXPECT_EQ(of_members(R"("Action":"s:3:List","Resource":"x")"),
            R"(Resource x must be in ARN format or "*".)");
  EXPECT_EQ(of_members(R"("Action":"invalid")"), "Policy statement must contain resources.");
  EXPECT_EQ(of_members(R"("Action":"s3:*")"), "Policy statement must contain resources.");
  EXPECT_EQ(of_members(R"("Action":"s3:*","NotResource":[])"),
            "Policy statement must contain resources.");
  EXPECT_EQ(of_statement(R"([{"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"},
                             {"Sid":"A","Effect":"Allow"}])"),
            "Statement IDs (SID) in a single policy must be unique.");
  EXPECT_EQ(said(R"({"Statement":{"Effect":"denY","Action":"*","Resource":"*"}})"),
            "Policy document must be version 2012-10-17 or greater.");
}

TEST(PolicyRules, TrustIsInActionsOfAssumingAlone) {
  const auto trust = [](const std::string& principal, const std::string& action) {
    return of_members(R"("Principal":)" + principal + R"(,"Action":")" + action + R"(")",
                      PolicyKind::trust);
  };
  const std::string ec2 = R"({"Service":"ec2.amazonaws.com"})";
  for (const char* action :
       {"sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML",
        "sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext"})
    EXPECT_EQ(trust(ec2, action), "no error") << action;
  for (const char* action : {"sts:*", "*", "sts:AssumeRoot", "sts:GetCallerIdentity",
                             "sts:GetSessionToken", "sts:assumerole", "s3:GetObject"})
    EXPECT_EQ(trust(ec2, action), "AssumeRole policy may only specify STS AssumeRole actions.")
        << action;
  EXPECT_EQ(trust(R"("*")", "sts:AssumeRole"),
            R"(AssumeRolepolicy contained an invalid principal: "STAR":"*".)");
  EXPECT_EQ(trust(R"({"AWS":"*"})", "sts:AssumeRole"), "no error");
}

TEST(PolicyRules, TrustPoliciesHaveNoLeadingSpaces) {
  const std::string document =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"*"},)"
      R"("Action":"sts:AssumeRole"}})";
  EXPECT_EQ(said(document, PolicyKind::trust), "no error");
  EXPECT_EQ(said(" " + document, PolicyKind::trust), "JSON strings must not have leading spaces");
}

}  // namespace
}  // namespace millrace::policy
