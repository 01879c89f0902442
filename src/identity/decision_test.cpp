// Which policies win, why a refusal was, and whom a trust policy lets in.
#include "identity/decision.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

constexpr const char* account = "123456789012";

NamedPolicy policy(const std::string& name, const std::string& statements) {
  const std::string document = R"({"Version":"2012-10-17","Statement":[)" + statements + "]}";
  return {.name = name,
          .policy =
              std::make_shared<const Policy>(parse_policy(document, PolicyKind::inline_identity))};
}

std::string statement(const std::string& effect, const std::string& action,
                      const std::string& resource, const std::string& more = "") {
  return R"({"Effect":")" + effect + R"(","Action":")" + action + R"(","Resource":")" + resource +
         "\"" + more + "}";
}

Principal user() {
  return {.kind = Principal::Kind::user,
          .account = account,
          .arn = "arn:aws:iam::123456789012:user/ann",
          .user_id = "AIDAEXAMPLE",
          .name = "ann",
          .tags = {{"team", "blue"}}};
}

Question get_object(const std::string& key = "file") {
  return {.principal = user(),
          .action = "s3:GetObject",
          .resource = "arn:aws:s3:::b/" + key,
          .conditions = {}};
}

std::string words(const Standing& standing, const Question& question) {
  const Decision decision = decide_by(standing, Context(question, {}));
  return decision.allowed() ? "allowed" : refusal(question, decision);
}

TEST(Decide, NothingAllowsByDefault) {
  EXPECT_EQ(
      words({}, get_object()),
      "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: s3:GetObject on "
      "resource: "
      "\"arn:aws:s3:::b/file\" because no identity-based policy allows the s3:GetObject action");
}

TEST(Decide, AnAllowAllowsAndADenyWins) {
  Standing standing{.identity = {policy("p", statement("Allow", "s3:get*", "arn:aws:s3:::b/*"))}};
  EXPECT_EQ(words(standing, get_object()), "allowed");
  standing.identity.push_back(policy("d", statement("Deny", "*", "arn:aws:s3:::b/secret*")));
  EXPECT_EQ(words(standing, get_object()), "allowed");
  EXPECT_EQ(words(standing, get_object("secret")),
            "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: s3:GetObject "
            "on resource: "
            "\"arn:aws:s3:::b/secret\" with an explicit deny in an identity-based policy");
}

TEST(Decide, NamesTheDecidingStatement) {
  const Standing standing{
      .identity = {policy("p", statement("Deny", "*", "*", R"(,"Sid":"Never")"))}};
  const Question question = get_object();
  const Decision decision = decide_by(standing, Context(question, {}));
  EXPECT_EQ(decision.effect, Decision::Effect::explicit_deny);
  EXPECT_EQ(decision.policy_name, "p");
  EXPECT_EQ(decision.statement_id, "Never");
}

TEST(Decide, BoundaryAndSessionPolicyOnlyNarrow) {
  const auto all = policy("all", statement("Allow", "*", "*"));
  const auto lists = policy("lists", statement("Allow", "s3:List*", "*"));
  EXPECT_EQ(words({.identity = {all}, .boundary = all, .session = all}, get_object()), "allowed");
  EXPECT_NE(words({.identity = {all}, .boundary = lists}, get_object())
                .find("because no permissions boundary allows"),
            std::string::npos);
  EXPECT_NE(words({.identity = {all}, .session = lists}, get_object())
                .find("because no session policy allows"),
            std::string::npos);
  EXPECT_NE(words({.session = all}, get_object()).find("because no identity-based policy allows"),
            std::string::npos);
  const auto denies = policy("denies", statement("Deny", "s3:*", "*"));
  EXPECT_NE(words({.identity = {all}, .session = denies}, get_object())
                .find("explicit deny in a session policy"),
            std::string::npos);
}

TEST(Decide, NotActionAndNotResourceAreAllOthers) {
  const auto others = policy(
      "p", R"({"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:s3:::b/private/*"})");
  EXPECT_EQ(words({.identity = {others}}, get_object()), "allowed");
  EXPECT_NE(words({.identity = {others}}, get_object("private/x")), "allowed");
}

TEST(Decide, PolicyVariablesNameTheCaller) {
  const auto home =
      policy("p", statement("Allow", "s3:GetObject", "arn:aws:s3:::b/${aws:username}/*"));
  EXPECT_EQ(words({.identity = {home}}, get_object("ann/x")), "allowed");
  EXPECT_NE(words({.identity = {home}}, get_object("bob/x")), "allowed");
}

TEST(Decide, TagsOfCallerAndResourceAreConditions) {
  const auto same_team = policy(
      "p",
      statement(
          "Allow", "*", "*",
          R"(,"Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"}})"));
  const Question question = get_object();
  const auto tagged = [](const char* team) {
    return [team](std::string_view) { return TagPairs{{"team", team}}; };
  };
  const Standing standing{.identity = {same_team}};
  EXPECT_TRUE(decide_by(standing, Context(question, {}, tagged("blue"))).allowed());
  EXPECT_FALSE(decide_by(standing, Context(question, {}, tagged("red"))).allowed());
  EXPECT_FALSE(decide_by(standing, Context(question, {})).allowed());
}

TEST(Decide, RefusalOfAnActionOnNoResourceNamesNone) {
  Question question = get_object();
  question.action = "sagemaker:ListModels";
  question.resource = "*";
  EXPECT_EQ(words({}, question),
            "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: "
            "sagemaker:ListModels because no "
            "identity-based policy allows the sagemaker:ListModels action");
}

Trust trust(const std::string& members, const Principal& caller, const Conditions& given = {}) {
  const std::string document =
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",)" +
      members + "}]}";
  const Question question{.principal = caller,
                          .action = "sts:AssumeRole",
                          .resource = "arn:aws:iam::1:role/r",
                          .conditions = given};
  return trust_of(parse_policy(document, PolicyKind::trust), Context(question, {}));
}

Principal service(const std::string& name) {
  return {.kind = Principal::Kind::service, .name = name};
}

TEST(TrustPolicy, NamesServices) {
  const std::string sagemaker = R"("Principal":{"Service":["sagemaker.amazonaws.com"]})";
  EXPECT_EQ(trust(sagemaker, service("sagemaker.amazonaws.com")), Trust::caller_named);
  EXPECT_EQ(trust(sagemaker, service("lambda.amazonaws.com")), Trust::not_named);
  EXPECT_EQ(trust(sagemaker, user()), Trust::not_named);
  EXPECT_EQ(trust(R"("Principal":{"AWS":"*"})", service("sagemaker.amazonaws.com")),
            Trust::not_named);
}

TEST(TrustPolicy, NamesCallersAndAccounts) {
  EXPECT_EQ(trust(R"("Principal":{"AWS":"arn:aws:iam::123456789012:user/ann"})", user()),
            Trust::caller_named);
  EXPECT_EQ(trust(R"("Principal":{"AWS":"arn:aws:iam::123456789012:user/bob"})", user()),
            Trust::not_named);
  EXPECT_EQ(trust(R"("Principal":{"AWS":"arn:aws:iam::123456789012:root"})", user()),
            Trust::account_named);
  EXPECT_EQ(trust(R"("Principal":{"AWS":"123456789012"})", user()), Trust::account_named);
  EXPECT_EQ(trust(R"("Principal":"*")", user()), Trust::caller_named);
}

TEST(TrustPolicy, ConditionsDecideToo) {
  const std::string external =
      R"("Principal":{"AWS":"123456789012"},"Condition":{"StringEquals":{"sts:ExternalId":"abc"}})";
  EXPECT_EQ(trust(external, user()), Trust::not_named);
  EXPECT_EQ(trust(external, user(), {{"sts:ExternalId", {"abc"}}}), Trust::account_named);
}

}  // namespace
}  // namespace millrace::identity
