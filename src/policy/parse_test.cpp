// Each rule of the grammar with what is next to it, for each kind of document in the words that AWS
// has for it.
#include "policy/policy.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace millrace::policy {
namespace {

constexpr const char* fine = "no error";
constexpr const char* identity_syntax = "Syntax errors in policy.";
constexpr const char* trust_syntax = "This policy contains invalid Json";
constexpr const char* resource_syntax = "Invalid policy syntax.";
constexpr const char* invalid_principal = "Invalid principal in policy.";

std::string said(const std::string& document, PolicyKind kind) {
  try {
    (void)parse_policy(document, kind);
  } catch (const MalformedPolicy& error) {
    return error.what();
  }
  return fine;
}

std::string of_statement(const std::string& statement, PolicyKind kind) {
  return said(R"({"Version":"2012-10-17","Statement":)" + statement + "}", kind);
}

struct Case {
  const char* members;  // of a statement
  const char* identity;
  const char* trust;
  const char* resource;
};

// What is wrong stands alone: beside it the statement has all that its kind must have.
void expect(std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    const std::string open = std::string("{") + one.members;
    EXPECT_EQ(of_statement(open + R"(,"Action":"s3:*","Resource":"*"})", PolicyKind::managed),
              one.identity)
        << one.members;
    EXPECT_EQ(
        of_statement(open + R"(,"Principal":"*","Action":"sts:AssumeRole"})", PolicyKind::trust),
        one.trust)
        << one.members;
    EXPECT_EQ(of_statement(open + R"(,"Principal":"*","Action":"s3:*","Resource":"*"})",
                           PolicyKind::resource),
              one.resource)
        << one.members;
  }
}

TEST(ParseDocument, AStatementsMembersAreOfTheirTypes) {
  expect({
      {R"("Effect":"Allow","Sid":"a")", fine, fine, fine},
      {R"("Effect":"Allow","Sid":7)", identity_syntax, trust_syntax, resource_syntax},
      {R"("Effect":7)", identity_syntax, trust_syntax, resource_syntax},
      {R"("Sid":"a")", identity_syntax, "Missing required field Effect",
       "Missing required field Effect"},
      {R"("Effect":"deny")", fine, "Invalid effect: deny", "Invalid effect: deny"},
      {R"("Effect":"No")", identity_syntax, "Invalid effect: No", "Invalid effect: No"},
      {R"("Effect":"Allow","More":1)", identity_syntax, "Unknown field More", "Unknown field More"},
      {R"("Effect":"Allow","Condition":7)", identity_syntax, trust_syntax, resource_syntax},
      {R"("Effect":"Allow","Condition":{"Bool":7})", identity_syntax, trust_syntax,
       resource_syntax},
      {R"("Effect":"Allow","Condition":{"Bool":{"aws:a":{}}})", identity_syntax, trust_syntax,
       resource_syntax},
      {R"("Effect":"Allow","Condition":{"Bool":{"aws:a":null}})", identity_syntax, trust_syntax,
       resource_syntax},
      {R"("Effect":"Allow","Condition":{"Bool":{"aws:a":[]}})", fine, trust_syntax,
       resource_syntax},
      {R"("Effect":"Allow","Condition":{"Null":{"aws:a":["true","FALSE"]}})", fine, fine, fine},
      {R"("Effect":"Allow","Condition":{"Null":{"aws:a":["true","no"]}})", identity_syntax,
       trust_syntax, resource_syntax},
      {R"("Effect":"Allow","Condition":{"Bull":{"aws:a":"b"}})", identity_syntax,
       "Invalid Condition type : Bull", "Invalid Condition type : Bull"},
      {R"("Effect":"Allow","Condition":{"Bool":{"a":"b"}})", fine,
       "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
       "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."},
  });
}

struct Member {
  PolicyKind kind;
  const char* statement;  // but for its Effect
  const char* words;
};

void expect(std::initializer_list<Member> cases) {
  for (const Member& one : cases) {
    EXPECT_EQ(of_statement(std::string(R"({"Effect":"Allow",)") + one.statement + "}", one.kind),
              one.words)
        << one.statement;
  }
}

TEST(ParseDocument, ActionsAndResourcesAreTextsOrListsOfTexts) {
  using enum PolicyKind;
  expect({
      {managed, R"("Action":7,"Resource":"*")", identity_syntax},
      {managed, R"("Action":["s3:*",7],"Resource":"*")", identity_syntax},
      {managed, R"("Action":"s3:*","Resource":{})", identity_syntax},
      {managed, R"("Action":"s3:*","Resource":"*","NotResource":"*")", identity_syntax},
      {managed, R"("Action":"s3:*","NotAction":"s3:*","Resource":"*")", identity_syntax},
      {managed, R"("NotPrincipal":"*","Action":"s3:*","Resource":"*")",
       "Policy document should not specify a principal."},
      {resource, R"("Principal":"*","Action":"s3:*")", "Missing required field Resource"},
      {resource, R"("Principal":"*","Resource":"*")", "Missing required field Action"},
      {resource, R"("Principal":"*","Action":[],"Resource":"*")", "Missing required field Action"},
      {trust, R"("Principal":"*","Action":"sts:TagSession","NotResource":"*")",
       "Has prohibited field Resource"},
  });
}

TEST(ParseDocument, PrincipalsAreOfFourKinds) {
  using enum PolicyKind;
  const auto expect_principal = [](PolicyKind kind, const std::string& principal,
                                   const std::string& words) {
    const std::string action = kind == trust ? "sts:AssumeRole" : "s3:*";
    const std::string rest = kind == trust ? "" : R"(,"Resource":"*")";
    EXPECT_EQ(of_statement(R"({"Effect":"Allow","Principal":)" + principal + R"(,"Action":")" +
                               action + "\"" + rest + "}",
                           kind),
              words)
        << principal;
  };
  const auto refused = [](const std::string& kind, const std::string& value) {
    return "Invalid principal in policy: \"" + kind + "\":\"" + value + "\"";
  };
  constexpr std::pair<const char*, const char*> taken[] = {
      {"AWS", "*"},
      {"AWS", "111111111111"},
      {"AWS", "arn:aws:iam::111111111111:user/ann"},
      {"AWS", "arn:aws:iam::111111111111:user/a~b"},
      {"AWS", "arn:aws:sts::111111111111:assumed-role/r/s"},
      {"Service", "sagemaker.amazonaws.com"},
      {"Federated", "accounts.example.com"},
      {"Federated", "arn:aws:iam::111111111111:oidc-provider/id.example.com"},
      {"Federated", "arn:aws:iam::111111111111:saml-provider/p"},
  };
  for (const auto& [kind, value] : taken) {
    expect_principal(trust, std::string(R"({")") + kind + R"(":[")" + value + R"("]})", fine);
  }
  constexpr std::pair<const char*, const char*> others[] = {
      {"AWS", "arn:aws:iam::111111111111:user/*"},
      {"AWS", "arn:aws:iam::111111111111:user/a?n"},
      {"AWS", "ann"},
      {"AWS", "arn:aws:s3::111111111111:user/ann"},
      {"AWS", "arn:aws:iam::1:user/ann"},
      {"Service", "sagemaker"},
      {"Federated", "nobody"},
      {"Federated", "arn:aws:sts::111111111111:oidc-provider/id.example.com"},
      {"Federated", "arn:aws:iam::1:oidc-provider/id.example.com"},
      {"Federated", "arn:aws:iam::111111111111:other/oidc-provider/"},
      {"Federated", "arn:aws.iam"},
  };
  for (const auto& [kind, value] : others) {
    expect_principal(trust, std::string(R"({")") + kind + R"(":[")" + value + R"("]})",
                     refused(kind, value));
  }
  expect_principal(resource, R"({"CanonicalUser":"0123"})", fine);
  for (const char* principal :
       {R"({"CanonicalUser":"0123"})", R"({"Other":"x"})", "{}", "7", "[]", R"("ann")"}) {
    expect_principal(trust, principal, invalid_principal);
  }
  expect_principal(resource, R"({"Other":"x"})", invalid_principal);
  expect_principal(resource, R"({"AWS":7})", resource_syntax);
  expect_principal(resource, R"("*","NotPrincipal":"*")", resource_syntax);
}

TEST(ParseDocument, ADocumentIsAMapWithAVersion) {
  using enum PolicyKind;
  constexpr const char* version = "The policy must contain a valid version string";
  const std::pair<const char*, std::array<const char*, 3>> cases[] = {
      {"7",
       {identity_syntax, trust_syntax,
        "Policies must be valid JSON and the first byte must be '{'"}},
      {"{", {identity_syntax, trust_syntax, "This policy contains invalid Json"}},
      {R"({"Version":7})", {identity_syntax, trust_syntax, resource_syntax}},
      {R"({"Version":"2012-10-18","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})",
       {identity_syntax, version, version}},
      {R"({"Version":"2008-10-17"})",
       {identity_syntax, "Missing required field Statement", "Missing required field Statement"}},
      {R"({"Other":7})", {identity_syntax, "Unknown field Other", "Unknown field Other"}},
      {R"({"Statement":[]})",
       {identity_syntax, trust_syntax, "Could not parse the policy: Statement is empty!"}},
      {R"({"Statement":7})",
       {identity_syntax, trust_syntax, "Could not parse the policy: Statement is empty!"}},
      {R"({"Statement":[7]})", {identity_syntax, trust_syntax, resource_syntax}}};
  for (const auto& [document, words] : cases) {
    EXPECT_EQ(said(document, managed), words[0]) << document;
    EXPECT_EQ(said(document, trust), words[1]) << document;
    EXPECT_EQ(said(document, resource), words[2]) << document;
  }
}

// Variables are of the newer language, and of what is compared.
TEST(ParseDocument, TheOlderLanguageHasNoVariables) {
  Question question;
  question.conditions = {{"aws:a", {"x"}}};
  question.action = "s3:${aws:a}";
  const auto covers = [&](const std::string& version, const std::string& resource) {
    question.resource = resource;
    const auto policy = parse_policy(
        R"({"Version":")" + version +
            R"(","Statement":{"Effect":"Allow","Action":"s3:${aws:a}","Resource":"arn:aws:s3:::${aws:a}"}})",
        PolicyKind::inline_identity);
    return policy.statements.front().covers(Context(question, {}));
  };
  EXPECT_TRUE(covers("2012-10-17", "arn:aws:s3:::x"));
  EXPECT_FALSE(covers("2008-10-17", "arn:aws:s3:::x"));
  EXPECT_TRUE(covers("2008-10-17", "arn:aws:s3:::${aws:a}"));
  question.action = "s3:x";
  EXPECT_FALSE(covers("2012-10-17", "arn:aws:s3:::x"));
}

TEST(ParseDocument, ValuesOfConditionsMayBeFlagsAndNumbers) {
  const auto policy = parse_policy(
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{
        "Arn":{},"Bool":{"aws:a":[true,false,"x"]},"NumericEquals":{"aws:b":1.5}}}})",
      PolicyKind::inline_identity);
  const auto& conditions = policy.statements.front().conditions;
  ASSERT_EQ(conditions.size(), 2U);
  EXPECT_EQ(conditions[0].texts(), (std::vector<std::string>{"true", "false", "x"}));
  EXPECT_EQ(conditions[1].texts(), std::vector<std::string>{"1.5"});
}

// A trust policy is about its role, which it need not name.
TEST(ParseDocument, ATrustPolicyCoversItsRole) {
  const auto policy =
      parse_policy(R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}})",
                   PolicyKind::trust);
  Question question;
  question.action = "sts:AssumeRole";
  question.resource = "arn:aws:iam::111111111111:role/r";
  EXPECT_TRUE(policy.statements.front().covers(Context(question, {})));
}

TEST(ParseDocument, SidsOfPoliciesThatNamePrincipalsAreUnique) {
  const std::string one =
      R"({"Sid":"A","Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"})";
  EXPECT_EQ(of_statement("[" + one + "]", PolicyKind::trust), fine);
  EXPECT_EQ(of_statement("[" + one + "," + one + "]", PolicyKind::trust),
            "Statement IDs (SID) in a single policy must be unique.");
  // Of others that is asked when they are put.
  const std::string other = R"({"Sid":"A","Effect":"Allow","Action":"*","Resource":"*"})";
  EXPECT_EQ(of_statement("[" + other + "," + other + "]", PolicyKind::managed), fine);
}

// Of a member that is there twice the last counts, whose places are not known.
TEST(ParseDocument, StatementsThatAreThereTwiceAreReadOnce) {
  const std::string one = R"({"Effect":"Allow","Action":"*","Resource":"*"})";
  const std::string few = R"("Statement":[)" + one + "]";
  const std::string many = R"("Statement":[)" + one + "," + one + "]";
  const auto count = [](const std::string& members) {
    return parse_policy("{" + members + "}", PolicyKind::inline_identity).statements.size();
  };
  EXPECT_EQ(count(few + "," + many), 2U);
  EXPECT_EQ(count(many + "," + few), 1U);
}

}  // namespace
}  // namespace millrace::policy
