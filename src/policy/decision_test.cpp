// Which policies win, why a refusal was, and whom a trust policy lets in.
#include "policy/decision.hpp"

#include "policy/resource_controls.hpp"

#include <gtest/gtest.h>

namespace millrace::policy {
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

std::string words(const Bearing& bearing, const Question& question) {
  const Decision decision = decide_by(bearing, Context(question, {}));
  return decision.allowed() ? "allowed" : refusal(question, decision);
}

std::string words(const Standing& standing, const Question& question) {
  return words(Bearing{.standing = &standing}, question);
}

TEST(Decide, NothingAllowsByDefault) {
  EXPECT_EQ(
      words(Standing{}, get_object()),
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

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Decide, ABoundaryOnlyNarrows) {
  const auto all = policy("all", statement("Allow", "*", "*"));
  const auto lists = policy("lists", statement("Allow", "s3:List*", "*"));
  EXPECT_EQ(words(Standing{.identity = {all}, .boundary = all}, get_object()), "allowed");
  EXPECT_TRUE(says(words(Standing{.identity = {all}, .boundary = lists}, get_object()),
                   "because no permissions boundary allows the s3:GetObject action"));
  EXPECT_TRUE(says(words(Standing{.identity = {}, .boundary = all}, get_object()),
                   "because no identity-based policy allows"));
}

TEST(Decide, OneOfASessionsPoliciesMustAllow) {
  const auto all = policy("all", statement("Allow", "*", "*"));
  const auto lists = policy("lists", statement("Allow", "s3:List*", "*"));
  const auto denies = policy("denies", statement("Deny", "s3:*", "*"));
  const Standing standing{.identity = {all}, .boundary = std::nullopt};
  const auto in_session = [&](const std::vector<NamedPolicy>& session) {
    return words(Bearing{.standing = &standing, .session = &session}, get_object());
  };
  EXPECT_EQ(in_session({lists, all}), "allowed");
  EXPECT_TRUE(says(in_session({lists}), "because no session policy allows"));
  EXPECT_TRUE(says(in_session({}), "because no session policy allows"));
  EXPECT_TRUE(says(in_session({all, denies}), "with an explicit deny in a session policy"));
}

TEST(Decide, AFederatedUserHasNothingWithoutASessionPolicy) {
  const auto all = policy("all", statement("Allow", "*", "*"));
  const Standing standing{.identity = {all}, .boundary = std::nullopt};
  Question question = get_object();
  question.principal.kind = Principal::Kind::federated_user;
  EXPECT_TRUE(says(words(standing, question), "because no session policy allows"));
  const std::vector<NamedPolicy> session{all};
  EXPECT_EQ(words(Bearing{.standing = &standing, .session = &session}, question), "allowed");
}

TEST(Decide, AFederatedSessionOfTheRootHasWhatItsPolicyLeaves) {
  const std::vector<NamedPolicy> session{policy("all", statement("Allow", "*", "*"))};
  Question question = get_object();
  question.principal.kind = Principal::Kind::federated_user;
  question.principal.name.clear();
  EXPECT_EQ(words(Bearing{.session = &session}, question), "allowed");
}

TEST(Decide, AUserWhoIsGoneHasNothing) {
  EXPECT_TRUE(says(words(Bearing{}, get_object()), "because no identity-based policy allows"));
}

TEST(Decide, AwssOwnResourcesAreNoOtherAccounts) {
  const Standing standing{.identity = {policy("all", statement("Allow", "*", "*"))}};
  Question question = get_object();
  question.resource = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  EXPECT_EQ(words(standing, question), "allowed");
  question.resource = "arn:aws:iam::999999999999:policy/p";
  EXPECT_TRUE(says(words(standing, question), "because no resource-based policy allows"));
}

TEST(Decide, WhoIsOfNoAccountIsForeignEverywhere) {
  Question question = get_object();
  question.principal = {.kind = Principal::Kind::service, .name = "sagemaker.amazonaws.com"};
  question.resource = "*";
  const Decision decision = decide_by(Bearing{}, Context(question, {}));
  EXPECT_EQ(decision.policy_kind, resource_kind);
  EXPECT_TRUE(decision.is_foreign);
}

TEST(Decide, NamesThePolicyOfADenyByItsArn) {
  NamedPolicy denies = policy("d", statement("Deny", "*", "*"));
  denies.arn = "arn:aws:iam::123456789012:policy/d";
  const Standing standing{.identity = {denies}, .boundary = std::nullopt};
  EXPECT_TRUE(
      says(words(standing, get_object()),
           "explicit deny in an identity-based policy: arn:aws:iam::123456789012:policy/d"));
  Question foreign = get_object();
  foreign.resource = "arn:aws:sqs:us-east-1:999999999999:q";
  EXPECT_TRUE(words(standing, foreign).ends_with("explicit deny in an identity-based policy"));
}

// --- organisations

Ceiling under(std::vector<std::vector<NamedPolicy>> levels) {
  return {.organization_id = "o-1",
          .path = {"o-1", "r-1", "ou-1"},
          .service_controls = std::move(levels),
          .resource_controls = {}};
}

TEST(Decide, EachLevelOfServiceControlsMustAllow) {
  const auto all = policy("all", statement("Allow", "*", "*"));
  const auto lists = policy("lists", statement("Allow", "s3:List*", "*"));
  const auto denies = policy("denies", statement("Deny", "s3:GetObject", "*"));
  const Standing standing{.identity = {all}, .boundary = std::nullopt};
  const auto beneath = [&](const Ceiling& ceiling) {
    return words(Bearing{.standing = &standing, .over_caller = &ceiling}, get_object());
  };
  EXPECT_EQ(beneath(under({{all}, {lists, all}})), "allowed");
  EXPECT_TRUE(says(beneath(under({{all}, {lists}})),
                   "because no service control policy allows the s3:GetObject action"));
  EXPECT_TRUE(says(beneath(under({{all}, {}})), "because no service control policy allows"));
  EXPECT_TRUE(
      says(beneath(under({{all, denies}})), "with an explicit deny in a service control policy"));
  Ceiling management = under({{denies}});
  management.is_management = true;
  EXPECT_EQ(beneath(management), "allowed");
}

TEST(Decide, OrganizationsForbidByADenyAndByWhatNothingAllows) {
  const auto all = policy("all", statement("Allow", "*", "*"));
  const auto denies = policy("denies", statement("Deny", "s3:GetObject", "*"));
  const auto lists = policy("lists", statement("Allow", "s3:List*", "*"));
  const Question question = get_object();
  const auto effect = [&](const Ceiling& ceiling) {
    const auto found = forbidden_by_organizations({.over_caller = &ceiling}, Context(question, {}));
    return found ? found->effect : Decision::Effect::allowed;
  };
  EXPECT_EQ(effect(under({{all}})), Decision::Effect::allowed);
  EXPECT_EQ(effect(under({{all, denies}})), Decision::Effect::explicit_deny);
  EXPECT_EQ(effect(under({{lists}})), Decision::Effect::implicit_deny);
}

TEST(Decide, APolicyIsNamedWithinAnOrganization) {
  NamedPolicy denies = policy("d", statement("Deny", "*", "*"));
  denies.arn = "arn:aws:iam::123456789012:policy/d";
  const Standing standing{.identity = {denies}, .boundary = std::nullopt};
  Question question = get_object();
  question.resource = "arn:aws:sqs:us-east-1:999999999999:q";
  const Ceiling over_caller = under({});
  Ceiling over_resource = under({});
  const Bearing bearing{
      .standing = &standing, .over_caller = &over_caller, .over_resource = &over_resource};
  EXPECT_EQ(decide_by(bearing, Context(question, {})).policy_arn, denies.arn);
  over_resource.organization_id = "o-2";
  EXPECT_EQ(decide_by(bearing, Context(question, {})).policy_arn, "");
}

TEST(Decide, ServiceControlsBindTheRootAndNotServiceLinkedRoles) {
  const auto denies = policy("denies", statement("Deny", "*", "*"));
  const auto all = policy("all", statement("Allow", "*", "*"));
  const Ceiling ceiling = under({{denies, all}});
  Question root = get_object();
  root.principal.kind = Principal::Kind::root;
  EXPECT_TRUE(says(words(Bearing{.over_caller = &ceiling}, root), "service control policy"));
  EXPECT_EQ(words(Bearing{}, root), "allowed");
  Question linked = get_object();
  linked.principal.kind = Principal::Kind::role_session;
  linked.principal.role_arn = "arn:aws:iam::123456789012:role/aws-service-role/x/AWSServiceRole";
  const Standing standing{.identity = {all}, .boundary = std::nullopt};
  EXPECT_EQ(words(Bearing{.standing = &standing, .over_caller = &ceiling}, linked), "allowed");
  // A path may hold what looks like the beginning of a resource.
  linked.principal.role_arn = "arn:aws:iam::123456789012:role/a:role/aws-service-role/r";
  EXPECT_TRUE(says(words(Bearing{.standing = &standing, .over_caller = &ceiling}, linked),
                   "service control policy"));
}

TEST(Decide, ResourceControlsBindWhateverTheirServicesHave) {
  const auto all = policy("all", statement("Allow", "*", "*"));
  const auto denies = policy("denies", statement("Deny", "*", "*"));
  const Standing standing{.identity = {all}, .boundary = std::nullopt};
  Ceiling ceiling;
  ceiling.resource_controls = {{all, denies}};
  const Bearing bearing{.standing = &standing, .over_resource = &ceiling};
  EXPECT_TRUE(
      says(words(bearing, get_object()), "with an explicit deny in a resource control policy"));
  Question model = get_object();
  model.action = "sagemaker:DescribeModel";
  model.resource = "*";
  EXPECT_EQ(words(bearing, model), "allowed");
  for (const std::string_view service : resource_controlled_services) {
    model.action = std::string(service) + ":Any";
    EXPECT_NE(words(bearing, model), "allowed") << service;
  }
  model.action = "kms:RetireGrant";
  EXPECT_EQ(words(bearing, model), "allowed");
  ceiling.resource_controls = {{}};
  EXPECT_TRUE(says(words(bearing, get_object()), "because no resource control policy allows"));
}

TEST(Decide, NotActionAndNotResourceAreAllOthers) {
  const auto others = policy(
      "p", R"({"Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:s3:::b/private/*"})");
  EXPECT_EQ(words(Standing{.identity = {others}, .boundary = std::nullopt}, get_object()),
            "allowed");
  EXPECT_NE(
      words(Standing{.identity = {others}, .boundary = std::nullopt}, get_object("private/x")),
      "allowed");
}

TEST(Decide, PolicyVariablesNameTheCaller) {
  const auto home =
      policy("p", statement("Allow", "s3:GetObject", "arn:aws:s3:::b/${aws:username}/*"));
  EXPECT_EQ(words(Standing{.identity = {home}}, get_object("ann/x")), "allowed");
  EXPECT_NE(words(Standing{.identity = {home}}, get_object("bob/x")), "allowed");
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
  EXPECT_EQ(words(Standing{}, question),
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

TEST(TrustPolicy, ADenyOfEverybodyStrikesServices) {
  const std::string statements =
      R"({"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"},)"
      R"({"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"})";
  const Policy policy = parse_policy(R"({"Version":"2012-10-17","Statement":[)" + statements + "]}",
                                     PolicyKind::trust);
  const Question question{.principal = service("sagemaker.amazonaws.com"),
                          .action = "sts:AssumeRole",
                          .resource = "arn:aws:iam::1:role/r"};
  EXPECT_EQ(trust_of(policy, Context(question, {})), Trust::denied);
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

TEST(TrustPolicy, NamesUsersByIdAndProvidersByName) {
  EXPECT_EQ(trust(R"("Principal":{"AWS":"AIDAEXAMPLEEXAMPLE"})", user()), Trust::not_named);
  Principal ann = user();
  ann.user_id = "AIDAEXAMPLEEXAMPLE";
  EXPECT_EQ(trust(R"("Principal":{"AWS":"AIDAEXAMPLEEXAMPLE"})", ann), Trust::caller_named);
  const std::string google = R"("Principal":{"Federated":"accounts.google.com"})";
  Principal visitor{.kind = Principal::Kind::federated_identity};
  EXPECT_EQ(trust(google, visitor), Trust::not_named);
  visitor.federated_provider = "accounts.google.com";
  EXPECT_EQ(trust(google, visitor), Trust::caller_named);
}

TEST(TrustPolicy, MustAllowBesideWhatTheCallerHolds) {
  const auto all = policy("all", statement("Allow", "*", "*"));
  const Standing standing{.identity = {all}, .boundary = std::nullopt};
  const auto asking = [&](const std::string& members, const Standing& holds) {
    const std::string document =
        R"({"Version":"2012-10-17","Statement":[{"Action":"sts:AssumeRole",)" + members + "}]}";
    const Guard guard{
        .arn = "arn:aws:iam::123456789012:role/r",
        .account = account,
        .owner = account,
        .policy = std::make_shared<const Policy>(parse_policy(document, PolicyKind::trust)),
        .acl = nullptr,
        .is_trust = true};
    const Question question{
        .principal = user(), .action = "sts:AssumeRole", .resource = guard.arn, .conditions = {}};
    return words(Bearing{.standing = &holds, .guard = &guard}, question);
  };
  const std::string ann = R"("Principal":{"AWS":"arn:aws:iam::123456789012:user/ann"})";
  const std::string bob = R"("Principal":{"AWS":"arn:aws:iam::123456789012:user/bob"})";
  const std::string whole = R"("Principal":{"AWS":"123456789012"})";
  EXPECT_EQ(asking(R"("Effect":"Allow",)" + ann, {}), "allowed");
  EXPECT_EQ(asking(R"("Effect":"Allow",)" + whole, standing), "allowed");
  EXPECT_TRUE(
      says(asking(R"("Effect":"Allow",)" + whole, {}), "because no identity-based policy allows"));
  EXPECT_TRUE(says(asking(R"("Effect":"Allow",)" + bob, standing),
                   "because no role trust policy allows the sts:AssumeRole action"));
  EXPECT_TRUE(says(asking(R"("Effect":"Deny",)" + ann, standing),
                   "with an explicit deny in the role trust policy"));
}

// A boundary limits what a resource's policy gives a role, and not what it gives a user by name.
TEST(TrustPolicy, AUserNamedIsNotNarrowed) {
  const Standing bounded{.identity = {}, .boundary = policy("b", statement("Allow", "s3:*", "*"))};
  const auto effect = [&](const char* principal, const Principal& who) {
    const Guard guard{
        .arn = "arn:aws:iam::123456789012:role/r",
        .account = account,
        .owner = account,
        .policy = std::make_shared<const Policy>(parse_policy(
            R"({"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":)" +
                std::string(principal) + "}}",
            PolicyKind::trust)),
        .acl = nullptr,
        .is_trust = true};
    const Question question{
        .principal = who, .action = "sts:AssumeRole", .resource = guard.arn, .conditions = {}};
    return decide_by(Bearing{.standing = &bounded, .guard = &guard}, Context(question, {}));
  };
  EXPECT_TRUE(effect(R"({"AWS":"arn:aws:iam::123456789012:user/ann"})", user()).allowed());
  const Principal session{.kind = Principal::Kind::role_session,
                          .account = account,
                          .arn = "arn:aws:sts::123456789012:assumed-role/q/s",
                          .name = "q",
                          .role_arn = "arn:aws:iam::123456789012:role/q"};
  EXPECT_FALSE(effect(R"({"AWS":"arn:aws:iam::123456789012:role/q"})", session).allowed());
  // A service is let in by its name alone.
  const Principal sagemaker = service("sagemaker.amazonaws.com");
  EXPECT_TRUE(effect(R"({"Service":"sagemaker.amazonaws.com"})", sagemaker).allowed());
  const Decision refused = effect(R"("*")", sagemaker);
  EXPECT_FALSE(refused.allowed());
  EXPECT_EQ(refused.policy_kind, trust_kind);
}

TEST(TrustPolicy, ConditionsDecideToo) {
  const std::string external =
      R"("Principal":{"AWS":"123456789012"},"Condition":{"StringEquals":{"sts:ExternalId":"abc"}})";
  EXPECT_EQ(trust(external, user()), Trust::not_named);
  EXPECT_EQ(trust(external, user(), {{"sts:ExternalId", {"abc"}}}), Trust::account_named);
}

}  // namespace
}  // namespace millrace::policy
