// How a resource's policy and list of grants decide beside the policies of who asks.
#include "policy/guard.hpp"

#include "policy/decision.hpp"
#include "policy/principal_ids.hpp"

#include <gtest/gtest.h>

namespace millrace::policy {
namespace {

constexpr const char* owner = "111111111111";
constexpr const char* other = "222222222222";
constexpr const char* allow_all = R"({"Effect":"Allow","Action":"*","Resource":"*"})";

std::shared_ptr<const Policy> parsed(const std::string& statement, PolicyKind kind) {
  return std::make_shared<const Policy>(
      parse_policy(R"({"Version":"2012-10-17","Statement":[)" + statement + "]}", kind));
}

std::string grant(const std::string& principal, const std::string& effect = "Allow") {
  return R"({"Effect":")" + effect + R"(","Principal":)" + principal +
         R"(,"Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"})";
}

Guard guarded(const std::string& statement) {
  return {.arn = "arn:aws:s3:::b",
          .account = owner,
          .owner = owner,
          .policy = parsed(statement, PolicyKind::resource),
          .acl = nullptr};
}

Principal user_of(const std::string& account) {
  return {.kind = Principal::Kind::user,
          .account = account,
          .arn = "arn:aws:iam::" + account + ":user/ann",
          .name = "ann"};
}

Principal session_of(const std::string& account) {
  return {.kind = Principal::Kind::role_session,
          .account = account,
          .arn = "arn:aws:sts::" + account + ":assumed-role/r/s",
          .name = "r",
          .role_arn = "arn:aws:iam::" + account + ":role/r"};
}

Standing holding(const std::string& statement) {
  return {.identity = {{.name = "p", .policy = parsed(statement, PolicyKind::inline_identity)}}};
}

std::string words(const Principal& who, const Standing* standing, const Guard& guard) {
  const Question question{
      .principal = who, .action = "s3:GetObject", .resource = "arn:aws:s3:::b/k", .conditions = {}};
  const Decision decision = decide_by(standing, guard, Context(question, {}));
  if (!decision.allowed()) return refusal(question, decision);
  return decision.opened ? "opened " + decision.opened->arn : "allowed";
}

bool denied_by(const std::string& kind, const std::string& text) {
  return text.find("because no " + kind + " allows") != std::string::npos;
}

std::string arn_text(const Principal& who) { return R"({"AWS":")" + who.arn + R"("})"; }

TEST(Guard, WithinAnAccountEitherSideIsEnough) {
  const Principal ann = user_of(owner);
  const Standing none;
  const Standing all = holding(allow_all);
  EXPECT_EQ(words(ann, &none, guarded(grant(arn_text(ann)))), "allowed");
  EXPECT_EQ(words(ann, &none, guarded(grant(R"("*")"))), "allowed");
  EXPECT_EQ(words(ann, &all, guarded(grant(R"({"AWS":"222222222222"})"))), "allowed");
  EXPECT_TRUE(denied_by("identity-based policy",
                        words(ann, &none, guarded(grant(R"({"AWS":"222222222222"})")))));
}

TEST(Guard, AnAccountNamedLeavesItToItsPolicies) {
  const Standing none;
  for (const char* account :
       {R"({"AWS":"111111111111"})", R"({"AWS":"arn:aws:iam::111111111111:root"})"}) {
    EXPECT_TRUE(
        denied_by("identity-based policy", words(user_of(owner), &none, guarded(grant(account)))));
  }
}

TEST(Guard, AcrossAccountsBothSidesMustAllow) {
  const Principal ann = user_of(other);
  const Standing none;
  const Standing all = holding(allow_all);
  for (const std::string& naming :
       {arn_text(ann), std::string(R"({"AWS":"222222222222"})"), std::string(R"("*")"),
        R"({"CanonicalUser":")" + canonical_user(other) + R"("})"}) {
    EXPECT_EQ(words(ann, &all, guarded(grant(naming))), "opened arn:aws:s3:::b") << naming;
    EXPECT_TRUE(denied_by("identity-based policy", words(ann, &none, guarded(grant(naming)))));
  }
  EXPECT_TRUE(denied_by("resource-based policy",
                        words(ann, &all, guarded(grant(R"({"AWS":"111111111111"})")))));
}

TEST(Guard, ADenyInTheResourceWins) {
  const Standing all = holding(allow_all);
  const std::string text = words(user_of(owner), &all, guarded(grant(R"("*")", "Deny")));
  EXPECT_NE(text.find("with an explicit deny in a resource-based policy"), std::string::npos);
}

TEST(Guard, OfSeveralDeniesTheFirstIsTold) {
  const auto deny = [](const std::string& sid) {
    return R"({"Sid":")" + sid +
           R"(","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"})";
  };
  const Guard guard = guarded(deny("A") + "," + deny("B"));
  const Question question{.principal = user_of(owner),
                          .action = "s3:GetObject",
                          .resource = "arn:aws:s3:::b/k",
                          .conditions = {}};
  EXPECT_EQ(decide_by(nullptr, guard, Context(question, {})).statement_id, "A");
}

TEST(Guard, AListOfGrantsAllowsBesideThePolicyOrWithoutOne) {
  const Standing all = holding(allow_all);
  Guard guard = guarded(grant(R"({"AWS":"111111111111"})"));
  guard.acl = parsed(grant(R"({"AWS":"222222222222"})"), PolicyKind::resource);
  EXPECT_EQ(words(user_of(other), &all, guard), "opened arn:aws:s3:::b");
  guard.policy = nullptr;
  EXPECT_EQ(words(user_of(other), &all, guard), "opened arn:aws:s3:::b");
  guard.acl = nullptr;
  EXPECT_TRUE(denied_by("resource-based policy", words(user_of(other), &all, guard)));
}

TEST(Guard, WhatIsDeniedOpensNothing) {
  const Question question{.principal = user_of(other),
                          .action = "s3:GetObject",
                          .resource = "arn:aws:s3:::b/k",
                          .conditions = {}};
  const Decision decision =
      decide_by(nullptr, guarded(grant(R"({"AWS":"111111111111"})")), Context(question, {}));
  EXPECT_TRUE(decision.is_foreign);
  EXPECT_FALSE(decision.opened);
}

TEST(Guard, ADenyBindsTheRootToo) {
  const Principal root{
      .kind = Principal::Kind::root, .account = owner, .arn = "arn:aws:iam::111111111111:root"};
  EXPECT_EQ(words(root, nullptr, guarded(grant(R"({"AWS":"222222222222"})"))), "allowed");
  EXPECT_NE(words(root, nullptr, guarded(grant(R"("*")", "Deny"))), "allowed");
}

TEST(Guard, ARoleIsNarrowedByItsSessionAndASessionNamedIsNot) {
  const Principal session = session_of(owner);
  const std::vector<NamedPolicy> lists{
      {.name = "",
       .policy = parsed(R"({"Effect":"Allow","Action":"s3:List*","Resource":"*"})",
                        PolicyKind::session)}};
  const Standing standing;
  const auto asked = [&](const std::string& named, const std::vector<NamedPolicy>* passed) {
    const Guard guard = guarded(grant(named));
    const Question question{
        .principal = session, .action = "s3:GetObject", .resource = "arn:aws:s3:::b/k"};
    return decide_by({.standing = &standing, .session = passed, .guard = &guard},
                     Context(question, {}))
        .allowed();
  };
  const std::string role = R"({"AWS":"arn:aws:iam::111111111111:role/r"})";
  EXPECT_FALSE(asked(role, &lists));
  EXPECT_TRUE(asked(arn_text(session), &lists));
  EXPECT_TRUE(asked(role, nullptr));
  // Of a role that is gone nobody knows what would narrow it.
  EXPECT_NE(words(session, nullptr, guarded(grant(role))), "allowed");
  EXPECT_EQ(words(session, nullptr, guarded(grant(arn_text(session)))), "allowed");
}

TEST(Guard, AFederatedUserIsNarrowedUnlessNamedItself) {
  Principal visitor = user_of(owner);
  visitor.kind = Principal::Kind::federated_user;
  visitor.arn = "arn:aws:sts::111111111111:federated-user/visitor";
  const Standing none;
  EXPECT_EQ(words(visitor, &none, guarded(grant(arn_text(visitor)))), "allowed");
  EXPECT_NE(words(visitor, &none, guarded(grant(arn_text(user_of(owner))))), "allowed");
}

TEST(Guard, TheAnonymousAreEverybodyAndNobodyElse) {
  const Principal nobody;
  EXPECT_EQ(words(nobody, nullptr, guarded(grant(R"("*")"))), "opened arn:aws:s3:::b");
  EXPECT_EQ(words(nobody, nullptr, guarded(grant(R"({"AWS":"*"})"))), "opened arn:aws:s3:::b");
  EXPECT_NE(words(nobody, nullptr, guarded(grant(R"({"AWS":"111111111111"})"))).find("Anonymous"),
            std::string::npos);
}

TEST(Guard, NotPrincipalSparesWhomItNamesWithItsAccount) {
  const Standing all = holding(allow_all);
  const auto all_but = [](const std::string& named) {
    return R"({"Effect":"Deny","NotPrincipal":{"AWS":[)" + named +
           R"(]},"Action":"*","Resource":"*"})";
  };
  const std::string ann = R"("arn:aws:iam::111111111111:user/ann")";
  const std::string account = R"("arn:aws:iam::111111111111:root")";
  EXPECT_EQ(words(user_of(owner), &all, guarded(all_but(ann + "," + account))), "allowed");
  EXPECT_NE(words(user_of(owner), &all, guarded(all_but(ann))), "allowed");
  EXPECT_NE(words(session_of(owner), &all, guarded(all_but(ann + "," + account))), "allowed");
}

TEST(Guard, NotPrincipalSparesTheRootOfAnAccountInEitherForm) {
  const Principal root{
      .kind = Principal::Kind::root, .account = owner, .arn = "arn:aws:iam::111111111111:root"};
  for (const char* account : {"111111111111", "arn:aws:iam::111111111111:root"}) {
    const std::string all_but = R"({"Effect":"Deny","NotPrincipal":{"AWS":")" +
                                std::string(account) + R"("},"Action":"*","Resource":"*"})";
    EXPECT_EQ(words(root, nullptr, guarded(all_but)), "allowed") << account;
  }
}

TEST(Guard, NotPrincipalSparesNobodyWithABoundary) {
  Standing bounded = holding(allow_all);
  bounded.boundary = bounded.identity.front();
  const std::string all_but_ann =
      R"({"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::111111111111:user/ann","111111111111"]},)"
      R"("Action":"*","Resource":"*"})";
  EXPECT_NE(words(user_of(owner), &bounded, guarded(all_but_ann)), "allowed");
  EXPECT_EQ(words(user_of(owner), &bounded, guarded(grant(R"("*")"))), "allowed");
}

TEST(Guard, ServicesMustBeNamed) {
  const Principal logs{.kind = Principal::Kind::service, .name = "logging.s3.amazonaws.com"};
  EXPECT_EQ(words(logs, nullptr, guarded(grant(R"({"Service":"logging.s3.amazonaws.com"})"))),
            "opened arn:aws:s3:::b");
  EXPECT_NE(words(logs, nullptr, guarded(grant(R"({"Service":"other.amazonaws.com"})"))),
            "opened arn:aws:s3:::b");
}

TEST(Guard, ARestrictedPolicyOpensNothingToOthers) {
  const Standing all = holding(allow_all);
  Guard guard = guarded(grant(R"("*")"));
  guard.is_restricted = true;
  EXPECT_TRUE(denied_by("resource-based policy", words(user_of(other), &all, guard)));
  EXPECT_TRUE(denied_by("resource-based policy", words({}, nullptr, guard)));
  const Standing none;
  EXPECT_EQ(words(user_of(owner), &none, guard), "allowed");
}

TEST(Guard, AnotherOwnersObjectIsNotThePolicysToGive) {
  const Standing all = holding(allow_all);
  Guard guard = guarded(grant(R"("*")"));
  guard.owner = other;
  guard.policy_allows = false;
  EXPECT_TRUE(denied_by("resource-based policy", words(user_of(owner), &all, guard)));
  EXPECT_EQ(words(user_of(other), &all, guard), "opened arn:aws:s3:::b");
}

std::string refused_words(const std::string& document) {
  try {
    (void)parse_policy(document, PolicyKind::resource);
    return "accepted";
  } catch (const MalformedPolicy& error) {
    return error.what();
  }
}

TEST(ResourcePolicy, WordsOfItsGrammar) {
  EXPECT_EQ(refused_words("x"), "Policies must be valid JSON and the first byte must be '{'");
  EXPECT_EQ(refused_words("{"), "This policy contains invalid Json");
  EXPECT_EQ(refused_words("{}"), "Missing required field Statement");
  EXPECT_EQ(refused_words(R"({"Statement":[]})"),
            "Could not parse the policy: Statement is empty!");
  EXPECT_EQ(refused_words(R"({"Statement":[{"Effect":"Allow"}]})"),
            "Missing required field Principal");
  EXPECT_EQ(refused_words(R"({"Statement":[{"Effect":"Allow","Principal":"*"}]})"),
            "Missing required field Action");
  EXPECT_EQ(refused_words(R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*"}]})"),
            "Missing required field Resource");
  EXPECT_EQ(refused_words(R"({"Statement":[{"Effect":"allow","Principal":"*"}]})"),
            "Invalid effect: allow");
  EXPECT_EQ(refused_words(R"({"Statement":[{"Effect":"Allow","Principal":"ann"}]})"),
            "Invalid principal in policy.");
}

}  // namespace
}  // namespace millrace::policy
