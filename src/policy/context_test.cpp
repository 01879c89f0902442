// Condition keys that no request gives: they follow from who asks, of what, and when.
#include "policy/context.hpp"

#include <gtest/gtest.h>

namespace millrace::policy {
namespace {

const base::Timestamp now{base::Milliseconds(1'800'000'000'500)};

Question asked_by(Principal principal) {
  Question question;
  question.principal = std::move(principal);
  question.action = "s3:GetObject";
  question.resource = "arn:aws:sagemaker:us-east-1:111111111111:model/m";
  return question;
}

Principal ann() {
  Principal user;
  user.kind = Principal::Kind::user;
  user.account = "111111111111";
  user.arn = "arn:aws:iam::111111111111:user/ann";
  user.user_id = "AIDAEXAMPLE";
  user.name = "ann";
  user.tags = {{"cost", "low"}, {"team", "blue"}};
  return user;
}

std::string value(const Question& question, std::string_view key, TagsOf tags_of = nullptr) {
  const auto values = Context(question, now, std::move(tags_of)).find(key);
  return values ? values->at(0) : "none";
}

TEST(Context, KnowsAUser) {
  const Question question = asked_by(ann());
  EXPECT_EQ(value(question, "aws:PrincipalType"), "User");
  EXPECT_EQ(value(question, "AWS:principalarn"), "arn:aws:iam::111111111111:user/ann");
  EXPECT_EQ(value(question, "aws:PrincipalAccount"), "111111111111");
  EXPECT_EQ(value(question, "aws:userid"), "AIDAEXAMPLE");
  EXPECT_EQ(value(question, "aws:username"), "ann");
  EXPECT_EQ(value(question, "aws:PrincipalTag/Team"), "blue");
  EXPECT_EQ(value(question, "aws:PrincipalTag/other"), "none");
  EXPECT_EQ(value(question, "aws:PrincipalIsAWSService"), "false");
  EXPECT_EQ(value(question, "aws:PrincipalServiceName"), "none");
  EXPECT_EQ(value(question, "aws:SourceIdentity"), "none");
}

TEST(Context, KnowsARolesSession) {
  Principal session = ann();
  session.kind = Principal::Kind::role_session;
  session.role_arn = "arn:aws:iam::111111111111:role/r";
  session.source_identity = "alice";
  const Question question = asked_by(session);
  EXPECT_EQ(value(question, "aws:PrincipalType"), "AssumedRole");
  EXPECT_EQ(value(question, "aws:PrincipalArn"), "arn:aws:iam::111111111111:role/r");
  EXPECT_EQ(value(question, "aws:SourceIdentity"), "alice");
  EXPECT_EQ(value(question, "aws:username"), "none");
}

TEST(Context, KnowsAServiceAndNobody) {
  Principal service;
  service.kind = Principal::Kind::service;
  service.name = "sagemaker.amazonaws.com";
  EXPECT_EQ(value(asked_by(service), "aws:PrincipalIsAWSService"), "true");
  EXPECT_EQ(value(asked_by(service), "aws:PrincipalServiceName"), "sagemaker.amazonaws.com");
  EXPECT_EQ(value(asked_by(service), "aws:PrincipalType"), "Service");
  EXPECT_EQ(value(asked_by(service), "aws:PrincipalAccount"), "none");
  EXPECT_EQ(value(asked_by({}), "aws:PrincipalType"), "Anonymous");
  EXPECT_EQ(value(asked_by({}), "aws:PrincipalAccount"), "anonymous");
  EXPECT_EQ(value(asked_by({}), "aws:PrincipalIsAWSService"), "none");
  EXPECT_EQ(principal_type(Principal::Kind::root), "Account");
  EXPECT_EQ(principal_type(Principal::Kind::federated_identity), "Federated");
}

TEST(Context, KnowsTheTimeAndTheResource) {
  const Question question = asked_by(ann());
  const auto tags_of = [](std::string_view arn) {
    return arn.ends_with("model/m") ? TagPairs{{"stage", "test"}} : TagPairs{};
  };
  EXPECT_EQ(value(question, "aws:EpochTime"), "1800000000");
  EXPECT_TRUE(value(question, "aws:CurrentTime").starts_with("2027-01-15T08:00:00"));
  EXPECT_EQ(value(question, "aws:ResourceAccount"), "111111111111");
  EXPECT_EQ(value(question, "aws:ResourceTag/stage", tags_of), "test");
  EXPECT_EQ(value(question, "iam:ResourceTag/stage", tags_of), "test");
  EXPECT_EQ(value(question, "sagemaker:ResourceTag/stage", tags_of), "test");
  EXPECT_EQ(value(question, "aws:ResourceTag/other", tags_of), "none");
  EXPECT_EQ(value(question, "aws:ResourceTag/stage"), "none");
  EXPECT_EQ(value(question, "aws:Unheard"), "none");
}

// Or a tag could be shown in one spelling and meant in the other.
TEST(Context, KnowsNoTagThatHasTwoSpellings) {
  Question question = asked_by(ann());
  question.conditions = {{"aws:RequestTag/Env", {"dev"}}, {"aws:RequestTag/TEAM", {"a"}}};
  EXPECT_EQ(value(question, "aws:requesttag/env"), "dev");
  question.conditions["aws:RequestTag/env"] = {"prod"};
  EXPECT_EQ(value(question, "aws:RequestTag/env"), "none");
  EXPECT_EQ(value(question, "aws:RequestTag/Env"), "none");
  EXPECT_EQ(value(question, "aws:RequestTag/team"), "a");
  question.conditions = {{"S3:prefix", {"a"}}, {"s3:prefix", {"b"}}};
  EXPECT_EQ(value(question, "s3:prefix"), "a");
  const auto tags_of = [](std::string_view) { return TagPairs{{"Env", "dev"}, {"env", "prod"}}; };
  EXPECT_EQ(value(question, "aws:ResourceTag/env", tags_of), "none");
}

TEST(Context, AsksWhoeverKnowsFurtherKeys) {
  struct Further final : KeySource {
    [[nodiscard]] std::optional<KeyValues> key_values(std::string_view key) const override {
      if (key == "s3:prefix") return KeyValues{"a"};
      return std::nullopt;
    }
  };
  const Further further;
  Question question = asked_by(ann());
  question.further = &further;
  EXPECT_EQ(value(question, "s3:prefix"), "a");
  EXPECT_EQ(value(question, "s3:delimiter"), "none");
  EXPECT_EQ(value(question, "aws:ResourceAccount"), "111111111111");
}

TEST(Context, AResourceWithoutAnArnHasNoAccount) {
  Question question = asked_by(ann());
  question.resource = "*";
  EXPECT_EQ(value(question, "aws:ResourceAccount"), "none");
}

TEST(Context, KnowsNothingOfMfaWithALongTermKey) {
  const Question question = asked_by(ann());
  for (const auto* key : {"aws:MultiFactorAuthPresent", "aws:MultiFactorAuthAge",
                          "aws:TokenIssueTime", "aws:FederatedProvider"}) {
    EXPECT_EQ(value(question, key), "none") << key;
  }
}

TEST(Context, KnowsWhenATokenWasIssuedAndACodeShown) {
  Principal user = ann();
  user.token_issued = now - std::chrono::seconds(90);
  EXPECT_EQ(value(asked_by(user), "aws:MultiFactorAuthPresent"), "false");
  EXPECT_EQ(value(asked_by(user), "aws:MultiFactorAuthAge"), "none");
  EXPECT_EQ(value(asked_by(user), "aws:TokenIssueTime"), base::iso8601(*user.token_issued));
  user.mfa_authenticated = user.token_issued;
  EXPECT_EQ(value(asked_by(user), "aws:multifactorauthpresent"), "true");
  EXPECT_EQ(value(asked_by(user), "aws:MultiFactorAuthAge"), "90");
  user.mfa_authenticated = now + std::chrono::seconds(90);  // by a clock that was set back
  EXPECT_EQ(value(asked_by(user), "aws:MultiFactorAuthAge"), "0");
}

TEST(Context, KnowsTheProviderOfASession) {
  Principal session = ann();
  session.kind = Principal::Kind::role_session;
  session.federated_provider = "arn:aws:iam::111111111111:oidc-provider/id.example.com/a";
  session.federated_keys["id.example.com/a:sub"] = {"bob"};
  const Question question = asked_by(session);
  EXPECT_EQ(value(question, "aws:FederatedProvider"), session.federated_provider);
  EXPECT_EQ(value(question, "ID.example.com/a:sub"), "bob");
  EXPECT_EQ(value(question, "id.example.com/b:sub"), "none");
  EXPECT_EQ(value(question, "aws:MultiFactorAuthPresent"), "false");
}

TEST(Context, KnowsAFederatedUser) {
  Principal session = ann();
  session.kind = Principal::Kind::federated_user;
  session.arn = "arn:aws:sts::111111111111:federated-user/carol";
  session.user_id = "111111111111:carol";
  const Question question = asked_by(session);
  EXPECT_EQ(value(question, "aws:PrincipalType"), "FederatedUser");
  EXPECT_EQ(value(question, "aws:PrincipalArn"), session.arn);
  EXPECT_EQ(value(question, "aws:userid"), "111111111111:carol");
  EXPECT_EQ(value(question, "aws:MultiFactorAuthPresent"), "false");
  EXPECT_EQ(value(question, "aws:username"), "none");
}

}  // namespace
}  // namespace millrace::policy
