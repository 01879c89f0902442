// What a story says, and what it gives as the ways to be allowed.
#include "app/story.hpp"

#include "app/story_text.hpp"
#include "base/json.hpp"

#include <gtest/gtest.h>

namespace millrace::app {
namespace {

using policy::Decision;
using policy::Explanation;
using policy::StageStory;
using policy::StatementStory;
using Outcome = StageStory::Outcome;

policy::Question question() {
  policy::Question asked;
  asked.principal.kind = policy::Principal::Kind::user;
  asked.principal.arn = "arn:aws:iam::123456789012:user/ann";
  asked.action = "s3:GetObject";
  asked.resource = "arn:aws:s3:::b/k";
  asked.conditions = {{"aws:SourceIp", {"127.0.0.1"}}};
  return asked;
}

Explanation explanation(Decision::Effect effect, const std::string& kind,
                        std::vector<StatementStory> statements, Outcome outcome) {
  Explanation told;
  told.decision.effect = effect;
  told.decision.policy_kind = kind;
  StageStory stage{.kind = kind, .outcome = outcome};
  stage.policies.push_back({.name = "P", .arn = "", .statements = std::move(statements)});
  told.stages.push_back(std::move(stage));
  return told;
}

StatementStory conditional() {
  StatementStory statement{.number = 2, .sid = "Office"};
  statement.action_matches = statement.resource_matches = true;
  statement.conditions.push_back({.operation = "IpAddress",
                                  .key = "aws:SourceIp",
                                  .expected = {"10.0.0.0/8"},
                                  .actual = std::vector<std::string>{"127.0.0.1"}});
  return statement;
}

TEST(Story, NamesTheDenyThatIsInTheWay) {
  StatementStory statement{.number = 1, .sid = "No", .denies = true};
  statement.action_matches = statement.resource_matches = statement.applies = true;
  const auto told = explanation(Decision::Effect::explicit_deny, "identity-based policy",
                                {statement}, Outcome::denies);
  const auto ways = remedies(question(), told);
  ASSERT_EQ(ways.size(), 1U);
  EXPECT_EQ(ways[0],
            "Remove or narrow statement 1 (No) of P, in the caller's identity-based policy: an "
            "explicit deny outweighs every allow.");
}

TEST(Story, NamesTheConditionThatDoesNotHoldAndTheStatementThatIsMissing) {
  const auto told = explanation(Decision::Effect::implicit_deny, "identity-based policy",
                                {conditional()}, Outcome::silent);
  const auto ways = remedies(question(), told);
  ASSERT_EQ(ways.size(), 2U);
  EXPECT_EQ(ways[0],
            "Meet the condition of statement 2 (Office) of P, in the caller's identity-based "
            "policy: IpAddress aws:SourceIp [10.0.0.0/8], but the request has 127.0.0.1.");
  EXPECT_EQ(ways[1],
            "Add to the caller's identity-based policy: "
            R"({"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/k"})");
}

TEST(Story, OfAResourcesPolicyNamesThePrincipal) {
  auto told = explanation(Decision::Effect::implicit_deny, "resource-based policy", {},
                          Outcome::no_policies);
  told.stages[0].place = "arn:aws:s3:::b";
  const auto ways = remedies(question(), told);
  ASSERT_EQ(ways.size(), 1U);
  EXPECT_NE(ways[0].find("the resource-based policy of arn:aws:s3:::b"), std::string::npos);
  EXPECT_NE(ways[0].find(R"("Principal":{"AWS":"arn:aws:iam::123456789012:user/ann"})"),
            std::string::npos);
}

TEST(Story, WithoutStagesStillSaysWhatWouldHelp) {
  Explanation told;
  told.decision.policy_kind = "identity-based policy";
  EXPECT_NE(remedies(question(), told).at(0).find(R"("Action":"s3:GetObject")"), std::string::npos);
  told.decision = {.effect = Decision::Effect::explicit_deny,
                   .policy_kind = "session policy",
                   .policy_name = "",
                   .statement_id = ""};
  EXPECT_EQ(remedies(question(), told).at(0), "Remove or narrow the deny in the session policy.");
}

TEST(Story, OfWhatIsAllowedHasNoWays) {
  Explanation told;
  told.decision.effect = Decision::Effect::allowed;
  EXPECT_TRUE(remedies(question(), told).empty());
}

TEST(Story, IsToldInLines) {
  const auto told = explanation(Decision::Effect::implicit_deny, "identity-based policy",
                                {conditional()}, Outcome::silent);
  const std::string text = story_text(story_of(question(), told));
  for (const char* line :
       {"refused    s3:GetObject\n", "on         arn:aws:s3:::b/k\n",
        "to         arn:aws:iam::123456789012:user/ann\n", "context    aws:SourceIp = 127.0.0.1\n",
        "decision   implicit deny\n", "by         identity-based policy\n",
        "  identity-based policy: silent\n", "    P\n",
        "      Allow (statement 2, Office) has a condition that does not hold\n",
        "IpAddress aws:SourceIp [10.0.0.0/8]: the request has 127.0.0.1, which does not hold\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "\nis not in\n" << text;
}

TEST(Story, OfARequestSaysWhenNoPolicyRefusedIt) {
  aws::Decided decided{.request_id = "id", .operation = "s3:GetObject", .status = 404};
  decided.error = "NoSuchKey";
  decided.message = "The specified key does not exist.";
  decided.allowed = {{.action = "s3:GetObject", .resource = "arn:aws:s3:::b/k"}};
  const std::string text = request_text(request_value(decided));
  EXPECT_NE(text.find("answer     404 NoSuchKey: The specified key does not exist.\n"),
            std::string::npos);
  EXPECT_NE(text.find("allowed    s3:GetObject on arn:aws:s3:::b/k\n"), std::string::npos);
  EXPECT_NE(text.find("No policy refused it"), std::string::npos);
}

TEST(Story, OfNobodyIsOfTheAnonymous) {
  policy::Question asked = question();
  asked.principal = {};
  Explanation told;
  EXPECT_NE(story_text(story_of(asked, told)).find("nobody known (anonymous)"), std::string::npos);
}

}  // namespace
}  // namespace millrace::app
