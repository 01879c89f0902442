// The story of a decision names each stage, policy, statement and condition, with what was expected
// and what was there.
#include "policy/explain.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace millrace::policy {
namespace {

using Outcome = StageStory::Outcome;

const std::string account = "123456789012";

NamedPolicy policy(const std::string& name, const std::string& statements) {
  const std::string document = R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
  return {.name = name,
          .policy =
              std::make_shared<const Policy>(parse_policy(document, PolicyKind::inline_identity))};
}

Question get_object() {
  return {.principal = {.kind = Principal::Kind::user,
                        .account = account,
                        .arn = "arn:aws:iam::123456789012:user/ann",
                        .name = "ann"},
          .action = "s3:GetObject",
          .resource = "arn:aws:s3:::b/file",
          .conditions = {{"aws:SourceIp", {"10.0.0.1"}}}};
}

const StageStory& stage(const Explanation& explanation, std::string_view kind) {
  const auto found = std::find_if(explanation.stages.begin(), explanation.stages.end(),
                                  [kind](const StageStory& one) { return one.kind == kind; });
  EXPECT_NE(found, explanation.stages.end()) << kind;
  return *found;
}

TEST(Explain, TellsOfEachStatementWhichPartFails) {
  const Standing standing{
      .identity = {policy(
          "p",
          R"({"Sid":"Other","Effect":"Allow","Action":"s3:Put*","Resource":"arn:aws:s3:::c/*"},)"
          R"({"Sid":"Home","Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::b/*",)"
          R"("Condition":{"IpAddress":{"aws:SourceIp":"192.168.0.0/16"},)"
          R"("ForAllValues:StringLikeIfExists":{"aws:TagKeys":"x*"}}})")},
      .boundary = std::nullopt};
  const Question question = get_object();
  const Explanation told = explain(Bearing{.standing = &standing}, Context(question, {}));
  EXPECT_EQ(told.sentence, refusal(question, told.decision));
  const StageStory& identity = stage(told, identity_kind);
  EXPECT_EQ(identity.outcome, Outcome::silent);
  ASSERT_EQ(identity.policies.size(), 1U);
  const auto& statements = identity.policies.front().statements;
  ASSERT_EQ(statements.size(), 2U);
  EXPECT_FALSE(statements[0].action_matches);
  EXPECT_FALSE(statements[0].resource_matches);
  EXPECT_TRUE(statements[1].action_matches);
  EXPECT_TRUE(statements[1].resource_matches);
  EXPECT_FALSE(statements[1].applies);
  ASSERT_EQ(statements[1].conditions.size(), 2U);
  const auto& conditions = statements[1].conditions;
  const auto ip = std::find_if(conditions.begin(), conditions.end(),
                               [](const auto& one) { return one.key == "aws:SourceIp"; });
  EXPECT_EQ(ip->operation, "IpAddress");
  EXPECT_EQ(ip->expected, (std::vector<std::string>{"192.168.0.0/16"}));
  EXPECT_EQ(ip->actual, (std::vector<std::string>{"10.0.0.1"}));
  EXPECT_FALSE(ip->holds);
  const auto& tags = conditions[ip == conditions.begin() ? 1 : 0];
  EXPECT_EQ(tags.operation, "ForAllValues:StringLikeIfExists");
  EXPECT_FALSE(tags.actual);
  EXPECT_TRUE(tags.holds);
}

TEST(Explain, GoesThroughTheStagesInOrder) {
  const auto all = policy("all", R"({"Effect":"Allow","Action":"*","Resource":"*"})");
  const Standing standing{
      .identity = {all},
      .boundary = policy("lists", R"({"Effect":"Allow","Action":"s3:List*","Resource":"*"})")};
  const Ceiling ceiling{.organization_id = "o-1",
                        .path = {"o-1", "r-1"},
                        .service_controls = {{all}, {all}},
                        .resource_controls = {{all}, {all}}};
  const Question question = get_object();
  const Explanation told =
      explain(Bearing{.standing = &standing, .over_caller = &ceiling, .over_resource = &ceiling},
              Context(question, {}));
  std::string kinds;
  for (const StageStory& one : told.stages) kinds += one.kind + " of " + one.place + "; ";
  EXPECT_TRUE(kinds.starts_with(
      "resource control policy of r-1; resource control policy of 123456789012; "));
  EXPECT_NE(kinds.find("service control policy of r-1; service control policy of 123456789012; "
                       "resource-based policy of arn:aws:s3:::b/file; identity-based policy of "
                       "arn:aws:iam::123456789012:user/ann; permissions boundary"),
            std::string::npos)
      << kinds;
  EXPECT_EQ(stage(told, identity_kind).outcome, Outcome::allows);
  EXPECT_EQ(stage(told, boundary_kind).outcome, Outcome::silent);
  EXPECT_EQ(told.decision.policy_kind, boundary_kind);
}

TEST(Explain, AnAllowedQuestionHasNoSentence) {
  Question root = get_object();
  root.principal.kind = Principal::Kind::root;
  const Explanation told = explain(Bearing{}, Context(root, {}));
  EXPECT_TRUE(told.decision.allowed());
  EXPECT_EQ(told.sentence, "");
  EXPECT_EQ(stage(told, identity_kind).outcome, Outcome::allows);
}

}  // namespace
}  // namespace millrace::policy
