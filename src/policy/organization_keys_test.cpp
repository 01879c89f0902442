// Whose organisation a key speaks of, and what it says of it.
#include "policy/organization_keys.hpp"

#include <gtest/gtest.h>

#include <map>

namespace millrace::policy {
namespace {

class FixedCeilings final : public Ceilings {
 public:
  std::shared_ptr<const Ceiling> ceiling(std::string_view account) override {
    const auto found = organizations.find(account);
    if (found == organizations.end()) return nullptr;
    Ceiling ceiling;
    ceiling.organization_id = found->second;
    ceiling.path = {found->second, "r-ab12", "ou-ab12-11111111"};
    return std::make_shared<const Ceiling>(ceiling);
  }
  std::map<std::string, std::string, std::less<>> organizations = {
      {"111111111111", "o-caller"}, {"222222222222", "o-owner"}, {"333333333333", "o-source"}};
};

Question question() {
  Question asked;
  asked.principal.account = "111111111111";
  asked.resource = "arn:aws:sqs:us-east-1:222222222222:q";
  asked.conditions = {{"aws:SourceAccount", {"333333333333"}}};
  return asked;
}

std::string value(const Question& asked, std::string_view key, std::string_view owner = "") {
  FixedCeilings ceilings;
  const auto values = organization_key(ceilings, asked, owner, key);
  return values ? values->at(0) : "none";
}

TEST(OrganizationKeys, SpeakOfTheCallersTheResourcesAndTheSourcesOrganization) {
  const Question asked = question();
  EXPECT_EQ(value(asked, "aws:PrincipalOrgID"), "o-caller");
  EXPECT_EQ(value(asked, "aws:PrincipalOrgPaths"), "o-caller/r-ab12/ou-ab12-11111111/");
  EXPECT_EQ(value(asked, "aws:ResourceOrgID"), "o-owner");
  EXPECT_EQ(value(asked, "aws:ResourceOrgPaths"), "o-owner/r-ab12/ou-ab12-11111111/");
  EXPECT_EQ(value(asked, "aws:SourceOrgID"), "o-source");
  EXPECT_EQ(value(asked, "AWS:sourceorgpaths"), "o-source/r-ab12/ou-ab12-11111111/");
}

TEST(OrganizationKeys, AreThoseSix) {
  for (const char* key : {"aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:ResourceOrgID",
                          "aws:ResourceOrgPaths", "aws:SourceOrgID", "aws:sourceOrgPaths"}) {
    EXPECT_TRUE(is_organization_key(key)) << key;
  }
  EXPECT_FALSE(is_organization_key("aws:PrincipalOrg"));
  EXPECT_EQ(value(question(), "aws:PrincipalOrg"), "none");
}

// A bucket's ARN does not name its account.
TEST(OrganizationKeys, TheOwnerIsWhoIsGivenElseWhomTheArnNamesElseTheCaller) {
  Question asked = question();
  EXPECT_EQ(value(asked, "aws:ResourceOrgID", "333333333333"), "o-source");
  for (const char* resource : {"arn:aws:s3:::b", "arn:aws:iam::aws:policy/p", "*"}) {
    asked.resource = resource;
    EXPECT_EQ(value(asked, "aws:ResourceOrgID"), "o-caller") << resource;
  }
}

TEST(OrganizationKeys, AreAbsentOutsideOfOrganizationsAndWithoutASource) {
  Question asked = question();
  asked.principal.account = "444444444444";
  EXPECT_EQ(value(asked, "aws:PrincipalOrgID"), "none");
  asked.conditions["aws:SourceAccount"] = {};
  EXPECT_EQ(value(asked, "aws:SourceOrgID"), "none");
  asked.conditions.clear();
  EXPECT_EQ(value(asked, "aws:SourceOrgID"), "none");
}

}  // namespace
}  // namespace millrace::policy
