// Management policies: their grammar, and AWS's examples of inheritance.
#include "organizations/management_policies.hpp"

#include "base/json.hpp"
#include "organizations/refused.hpp"

#include <gtest/gtest.h>

namespace millrace::organizations {
namespace {

using base::parse_json;

base::Value tags(const std::string& key, const std::string& settings) {
  return parse_json(R"({"tags":{")" + key + R"(":)" + settings + "}}");
}

std::string shown(const std::vector<PolicyLevel>& levels) {
  return base::write_json(base::Value(merged(levels)));
}

const base::Value a = tags("costcenter", R"({"tag_key":{"@@assign":"CostCenter"},
    "tag_value":{"@@assign":["Development","Support"]}})");

TEST(MergedPolicies, AssignOverwrites) {
  const base::Value b = tags("costcenter", R"({"tag_key":{"@@assign":"CostCenter"},
      "tag_value":{"@@assign":["Sandbox"]},
      "enforced_for":{"@@assign":["redshift:*","dynamodb:table"]}})");
  EXPECT_EQ(shown({{a}, {b}}),
            R"({"tags":{"costcenter":{"tag_key":"CostCenter","tag_value":["Sandbox"],)"
            R"("enforced_for":["redshift:*","dynamodb:table"]}}})");
}

TEST(MergedPolicies, AppendAddsAndRemoveTakesAway) {
  const base::Value c = tags("CostCenter", R"({"tag_value":{"@@append":["Marketing","Support"]},
      "enforced_for":{"@@append":["redshift:*"]}})");
  EXPECT_EQ(
      shown({{a}, {c}}),
      R"({"tags":{"costcenter":{"tag_key":"CostCenter",)"
      R"("tag_value":["Development","Support","Marketing"],"enforced_for":["redshift:*"]}}})");
  const base::Value d = tags("costcenter", R"({"tag_value":{"@@remove":["Development","Marketing"]},
      "enforced_for":{"@@remove":["redshift:*","dynamodb:table"]}})");
  EXPECT_EQ(shown({{a}, {c}, {}, {d}}),
            R"({"tags":{"costcenter":{"tag_key":"CostCenter","tag_value":["Support"]}}})");
}

TEST(MergedPolicies, ParentsLimitTheirChildren) {
  const base::Value e = tags("project", R"({
      "tag_key":{"@@operators_allowed_for_child_policies":["@@none"],"@@assign":"Project"},
      "tag_value":{"@@operators_allowed_for_child_policies":["@@append"],
                   "@@assign":["Maintenance","Escalations"]}})");
  const base::Value f = tags("project", R"({"tag_key":{"@@assign":"PROJECT"},
      "tag_value":{"@@append":["Escalations - research"]}})");
  EXPECT_EQ(shown({{e}, {f}}),
            R"({"tags":{"project":{"tag_key":"Project",)"
            R"("tag_value":["Maintenance","Escalations","Escalations - research"]}}})");
  // What is forbidden stays so, whatever a child says.
  const base::Value again = tags("project", R"({
      "tag_value":{"@@operators_allowed_for_child_policies":["@@all"]}})");
  const base::Value taking = tags("project", R"({"tag_value":{"@@remove":["Escalations"]}})");
  EXPECT_EQ(
      shown({{e}, {again}, {taking}}),
      R"({"tags":{"project":{"tag_key":"Project","tag_value":["Maintenance","Escalations"]}}})");
}

TEST(MergedPolicies, LimitsOfOneLevelIntersect) {
  const base::Value g = tags("project", R"({"tag_value":{
      "@@operators_allowed_for_child_policies":["@@append"],"@@assign":["Maintenance"]}})");
  const base::Value h = tags("project", R"({"tag_value":{
      "@@operators_allowed_for_child_policies":["@@append","@@remove"]}})");
  const base::Value child = tags("project", R"({"tag_value":{
      "@@append":["x"],"@@remove":["Maintenance"]}})");
  EXPECT_EQ(shown({{g, h}, {child}}), R"({"tags":{"project":{"tag_value":["Maintenance","x"]}}})");
  // They hold for children, not beside each other.
  EXPECT_EQ(shown({{g, child}}), R"({"tags":{"project":{"tag_value":["x"]}}})");
}

TEST(MergedPolicies, OnOneLevelTheFirstAssigns) {
  const base::Value j = tags("project", R"({"tag_key":{"@@assign":"PROJECT"},
      "tag_value":{"@@append":["Maintenance"]}})");
  const base::Value k = tags("project", R"({"tag_key":{"@@assign":"project"}})");
  EXPECT_EQ(shown({{j, k}}),
            R"({"tags":{"project":{"tag_key":"PROJECT","tag_value":["Maintenance"]}}})");
}

TEST(MergedPolicies, ContainersMayBeClosed) {
  const base::Value parent = parse_json(R"({"services":{
      "@@operators_allowed_for_child_policies":["@@none"],
      "default":{"@@operators_allowed_for_child_policies":["@@none"],
                 "opt_out_policy":{"@@assign":"optOut"}}}})");
  const base::Value child = parse_json(R"({"services":{
      "default":{"opt_out_policy":{"@@assign":"optIn"}},
      "lex":{"opt_out_policy":{"@@assign":"optIn"}}}})");
  // What is in it already may be changed, as nothing forbids that.
  EXPECT_EQ(shown({{parent}, {child}}), R"({"services":{"default":{"opt_out_policy":"optIn"}}})");
  EXPECT_EQ(shown({{}, {}}), "{}");
}

std::string refused(const std::string& content, PolicyType type) {
  try {
    check_management(content, type);
  } catch (const Refused& error) {
    return error.why == Why::malformed_policy ? "malformed" : "another error";
  } catch (const policy::UnsupportedPolicy& error) {
    return error.what();
  }
  return "no error";
}

TEST(ManagementGrammar, OfOptingOut) {
  const auto says = [](const std::string& content) {
    return refused(content, PolicyType::aiservices_opt_out);
  };
  EXPECT_EQ(says(R"({"services":{"lex":{"opt_out_policy":{"@@assign":"optIn"}},
      "default":{"@@operators_allowed_for_child_policies":["@@none"],
                 "opt_out_policy":{"@@operators_allowed_for_child_policies":["@@assign"],
                                   "@@assign":"optOut"}}}})"),
            "no error");
  for (const char* content :
       {"{", "[]", "{}", R"({"tags":{}})", R"({"services":[]})", R"({"services":{},"tags":{}})",
        R"({"services":{"Lex":{}}})", R"({"services":{"lex":{"other":{}}}})",
        R"({"services":{"lex":{"opt_out_policy":{"@@append":"optIn"}}}})",
        R"({"services":{"lex":{"opt_out_policy":{"@@assign":"out"}}}})",
        R"({"services":{"lex":{"opt_out_policy":{"@@assign":["optIn"]}}}})",
        R"({"services":{"@@assign":"x"}})",
        R"({"services":{"@@operators_allowed_for_child_policies":"@@none"}})",
        R"({"services":{"@@operators_allowed_for_child_policies":[]}})",
        R"({"services":{"@@operators_allowed_for_child_policies":["@@some"]}})"}) {
    EXPECT_EQ(says(content), "malformed") << content;
  }
}

TEST(ManagementGrammar, OfTags) {
  const auto says = [](const std::string& settings) {
    return refused(R"({"tags":{"CostCenter":)" + settings + "}}", PolicyType::tag);
  };
  EXPECT_EQ(says(R"({"tag_key":{"@@assign":"costcenter"},"tag_value":{"@@append":["1*"]},
      "enforced_for":{"@@assign":["ec2:instance","redshift:*"]}})"),
            "no error");
  for (const char* settings :
       {R"({"tag_key":{"@@assign":"Other"}})", R"({"tag_key":{"@@append":"CostCenter"}})",
        R"({"tag_value":{"@@assign":"1"}})", R"({"tag_value":{"@@assign":["*1*"]}})",
        R"({"tag_value":{"@@keep":["1"]}})", R"({"tag_value":{"@@assign":[1]}})",
        R"({"enforced_for":{"@@assign":["*"]}})", R"({"enforced_for":{"@@assign":["*:x"]}})",
        R"({"enforced_for":{"@@assign":[":x"]}})", R"({"colour":{}})", "[]"}) {
    EXPECT_EQ(says(settings), "malformed") << settings;
  }
  EXPECT_EQ(says(R"({"enforced_for":{"@@assign":["s3:bucket"]}})"),
            "Tag policies are not enforced for s3:bucket.");
}

}  // namespace
}  // namespace millrace::organizations
