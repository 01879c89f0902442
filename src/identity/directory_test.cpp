// Accounts, keys, users, roles and policies: their rules, what survives a restart, and the
// authority over them.
#include "identity/directory.hpp"

#include "identity/errors.hpp"
#include "identity/grants.hpp"
#include "identity/limits.hpp"
#include "identity/passing.hpp"
#include "identity/testing/directory_fixture.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

using testing::account;
using testing::allow;
using testing::sagemaker;
using testing::trust;

class DirectoryTest : public testing::DirectoryFixture {};

TEST_F(DirectoryTest, TheFirstAccountIsMadeOnce) {
  const FirstAccount first = directory().accounts.ensure_first(account);
  EXPECT_TRUE(first.made);
  EXPECT_EQ(first.root_key.secret.size(), 40U);
  EXPECT_TRUE(first.root_key.id.starts_with("AKIA"));
  EXPECT_EQ(first.root_key.id.size(), 20U);
  start();
  const FirstAccount again = directory().accounts.ensure_first(account);
  EXPECT_FALSE(again.made);
  EXPECT_EQ(again.root_key.id, first.root_key.id);
  EXPECT_EQ(again.root_key.secret, first.root_key.secret);
}

TEST_F(DirectoryTest, RootMayDoAllInItsAccountOnly) {
  const auto credential =
      authority().credential(directory().accounts.ensure_first(account).root_key.id);
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->principal.arn, "arn:aws:iam::123456789012:root");
  EXPECT_TRUE(allowed(credential->principal, "s3:DeleteBucket", "arn:aws:s3:::b"));
  EXPECT_FALSE(allowed(credential->principal, "iam:GetRole", "arn:aws:iam::999999999999:role/r"));
}

TEST_F(DirectoryTest, KeysFollowTheirUser) {
  create_user("ann");
  const AccessKey key = directory().keys.create(account, "ann");
  const auto credential = authority().credential(key.id);
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->secret, key.secret);
  EXPECT_EQ(credential->principal.arn, "arn:aws:iam::123456789012:user/ann");
  EXPECT_EQ(credential->principal.tags, (policy::TagPairs{{"team", "blue"}}));
  directory().keys.set_active(account, "ann", key.id, false);
  EXPECT_FALSE(authority().credential(key.id)->active);
  start();
  EXPECT_FALSE(authority().credential(key.id)->active);
  EXPECT_EQ(authority().credential(key.id)->secret, key.secret);
  EXPECT_THROW(directory().keys.erase(account, "bob", key.id), NoSuchEntity);
  directory().keys.erase(account, "ann", key.id);
  EXPECT_FALSE(authority().credential(key.id));
  EXPECT_FALSE(authority().credential("AKIANOSUCHKEY0000000"));
}

TEST_F(DirectoryTest, AUserHasTwoKeysAtMost) {
  create_user("ann");
  directory().keys.create(account, "ann");
  directory().keys.create(account, "ann");
  EXPECT_THROW(directory().keys.create(account, "ann"), LimitExceeded);
  EXPECT_EQ(directory().keys.list(account, "ann").size(), 2U);
}

TEST_F(DirectoryTest, AnAccountHasQuotas) {
  const auto create_policy = [&](const std::string& name) {
    ManagedPolicy policy{.entity = {.account = account, .name = name}};
    policy.versions.push_back({.text = policy_text(allow("s3:*"), policy::PolicyKind::managed)});
    roster().create(policy);
  };
  const std::string document = trust(sagemaker);
  for (std::size_t i = 0; i < users_per_account; ++i) create_user("u" + std::to_string(i));
  for (std::size_t i = 0; i < roles_per_account; ++i)
    create_role("r" + std::to_string(i), document);
  for (std::size_t i = 0; i < policies_per_account; ++i) create_policy("p" + std::to_string(i));
  for (std::size_t i = 0; i < groups_per_account; ++i) create_group("g" + std::to_string(i));
  const auto create_profile = [&](const std::string& name) {
    roster().create(InstanceProfile{.entity = {.account = account, .name = name}, .role = {}});
  };
  for (std::size_t i = 0; i < instance_profiles_per_account; ++i)
    create_profile("i" + std::to_string(i));
  EXPECT_THROW(create_group("over"), LimitExceeded);
  EXPECT_THROW(create_profile("over"), LimitExceeded);
  EXPECT_THROW(create_user("over"), LimitExceeded);
  EXPECT_THROW(create_role("over", document), LimitExceeded);
  EXPECT_THROW(create_policy("over"), LimitExceeded);
}

TEST_F(DirectoryTest, NamesAreUniqueWithoutCase) {
  create_user("ann");
  EXPECT_THROW(create_user("ANN"), EntityExists);
  EXPECT_THROW((void)roster().user(account, "bob"), NoSuchEntity);
  EXPECT_NO_THROW(create_role("ann", trust(sagemaker)));
}

TEST_F(DirectoryTest, PoliciesOfAUserDecideAtOnceAndAfterARestart) {
  create_user("ann");
  const policy::Principal ann = user("ann");
  EXPECT_FALSE(allowed(ann, "s3:GetObject", "arn:aws:s3:::b/k"));
  put_inline(roster(), holder("ann"), "p", allow("s3:GetObject", "arn:aws:s3:::b/*"));
  EXPECT_TRUE(allowed(ann, "s3:GetObject", "arn:aws:s3:::b/k"));
  start();
  EXPECT_TRUE(allowed(ann, "s3:GetObject", "arn:aws:s3:::b/k"));
  erase_inline(roster(), holder("ann"), "p");
  EXPECT_FALSE(allowed(ann, "s3:GetObject", "arn:aws:s3:::b/k"));
  attach(roster(), holder("ann"), "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess");
  EXPECT_TRUE(allowed(ann, "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(allowed(ann, "s3:PutObject", "arn:aws:s3:::b/k"));
}

TEST_F(DirectoryTest, BoundariesNarrow) {
  create_user("ann");
  const policy::Principal ann = user("ann");
  attach(roster(), holder("ann"), "arn:aws:iam::aws:policy/AdministratorAccess");
  set_boundary(roster(), holder("ann"), "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess");
  EXPECT_TRUE(allowed(ann, "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(allowed(ann, "s3:PutObject", "arn:aws:s3:::b/k"));
}

TEST_F(DirectoryTest, WhatHangsOnAnEntityKeepsIt) {
  create_user("ann");
  const AccessKey key = directory().keys.create(account, "ann");
  put_inline(roster(), holder("ann"), "p", allow("*"));
  EXPECT_THROW(roster().erase<User>(account, "ann"), DeleteConflict);
  erase_inline(roster(), holder("ann"), "p");
  EXPECT_THROW(roster().erase<User>(account, "ann"), DeleteConflict);
  directory().keys.erase(account, "ann", key.id);
  roster().erase<User>(account, "ann");
  EXPECT_FALSE(roster().find_user(account, "ann"));
  start();
  EXPECT_FALSE(roster().find_user(account, "ann"));
}

TEST_F(DirectoryTest, ManagedPoliciesGoWhenNobodyUsesThem) {
  create_user("ann");
  ManagedPolicy policy{.entity = {.account = account, .name = "p"}};
  policy.versions.push_back(
      {.number = 1, .text = policy_text(allow("sqs:*"), policy::PolicyKind::managed)});
  const std::string arn = roster().create(policy).entity.arn;
  EXPECT_EQ(arn, "arn:aws:iam::123456789012:policy/p");
  attach(roster(), holder("ann"), arn);
  EXPECT_THROW(roster().erase_policy(account, arn), DeleteConflict);
  detach(roster(), holder("ann"), arn);
  EXPECT_THROW(detach(roster(), holder("ann"), arn), NoSuchEntity);
  roster().erase_policy(account, arn);
  EXPECT_THROW((void)roster().policy(account, arn), NoSuchEntity);
  EXPECT_THROW(attach(roster(), holder("ann"), arn), NoSuchEntity);
}

TEST_F(DirectoryTest, ARenamedUserKeepsKeysTagsAndPolicies) {
  create_user("ann");
  const AccessKey key = directory().keys.create(account, "ann");
  put_inline(roster(), holder("ann"), "p", allow("*"));
  roster().rename<User>(account, "ann", "eve", "/x/");
  for (int restarts = 0; restarts < 2; ++restarts) {
    const auto credential = authority().credential(key.id);
    ASSERT_TRUE(credential);
    EXPECT_EQ(credential->principal.arn, "arn:aws:iam::123456789012:user/x/eve");
    EXPECT_EQ(credential->principal.tags, (policy::TagPairs{{"team", "blue"}}));
    EXPECT_TRUE(allowed(credential->principal, "s3:ListAllMyBuckets"));
    start();
  }
  EXPECT_FALSE(roster().find_user(account, "ann"));
}

TEST_F(DirectoryTest, InlinePoliciesHaveALimit) {
  create_user("ann");
  std::string resources;
  for (int i = 0; i < 100; ++i)
    resources += "\"arn:aws:s3:::some-bucket-" + std::to_string(i) + "\",";
  resources.pop_back();
  const std::string document =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":[)" +
      resources + "]}}";
  EXPECT_THROW(put_inline(roster(), holder("ann"), "p", document), LimitExceeded);
  EXPECT_TRUE(grants_of(roster(), holder("ann")).inline_policies.empty());
}

TEST_F(DirectoryTest, TagsReplaceThoseOfTheSameName) {
  create_user("ann");
  const std::string arn = roster().user(account, "ann").entity.arn;
  roster().set_tags(account, arn, {{"Team", "red"}, {"cost", "1"}});
  EXPECT_EQ(roster().user(account, "ann").entity.tags.size(), 2U);
  roster().remove_tags(account, arn, {"cost"});
  start();
  EXPECT_EQ(roster().user(account, "ann").entity.tags, (policy::TagPairs{{"Team", "red"}}));
}

TEST_F(DirectoryTest, AServiceTakesOnARoleThatTrustsIt) {
  const std::string arn = create_role("r", trust(sagemaker));
  const policy::Principal service{.kind = policy::Principal::Kind::service,
                                  .name = "sagemaker.amazonaws.com"};
  const policy::Principal session =
      authority().assume({.role_arn = arn, .caller = service, .session_name = "job"});
  EXPECT_EQ(session.arn, "arn:aws:sts::123456789012:assumed-role/r/job");
  EXPECT_EQ(session.role_arn, arn);
  EXPECT_FALSE(allowed(session, "s3:GetObject", "arn:aws:s3:::b/k"));
  put_inline(roster(), {Holder::role, account, "r"}, "p", allow("s3:*"));
  EXPECT_TRUE(allowed(session, "s3:GetObject", "arn:aws:s3:::b/k"));
  const policy::Principal other{.kind = policy::Principal::Kind::service,
                                .name = "lambda.amazonaws.com"};
  EXPECT_EQ(
      assume_error({.role_arn = arn, .caller = other, .session_name = "job"}),
      "User: lambda.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: " +
          arn);
  EXPECT_TRUE(authority().session_of(arn, "job"));
  EXPECT_FALSE(authority().session_of(arn + "x", "job"));
}

TEST_F(DirectoryTest, AServiceActsForTheRolesAccount) {
  const policy::Principal service{.kind = policy::Principal::Kind::service,
                                  .name = "sagemaker.amazonaws.com"};
  const auto only_for = [](const std::string& id) {
    return trust(sagemaker, R"(,"Condition":{"StringEquals":{"aws:SourceAccount":")" + id + "\"}}");
  };
  const std::string own = create_role("own", only_for(account));
  const std::string other = create_role("other", only_for("999999999999"));
  EXPECT_EQ(assume_error({.role_arn = own, .caller = service, .session_name = "s"}), "assumed");
  EXPECT_NE(assume_error({.role_arn = other, .caller = service, .session_name = "s"}), "assumed");
}

TEST_F(DirectoryTest, AUserNeedsBothWhenTheTrustNamesItsAccount) {
  create_user("ann");
  const policy::Principal ann = user("ann");
  const std::string arn = create_role("r", trust(R"({"AWS":"123456789012"})"));
  const AssumeRequest request{.role_arn = arn, .caller = ann, .session_name = "s"};
  EXPECT_EQ(assume_error(request),
            "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: "
            "sts:AssumeRole on resource: arn:aws:iam::123456789012:role/r");
  put_inline(roster(), holder("ann"), "p", allow("sts:AssumeRole", arn));
  EXPECT_EQ(assume_error(request), "assumed");
  EXPECT_NE(assume_error({.role_arn = arn + "x", .caller = ann, .session_name = "s"}), "assumed");
}

TEST_F(DirectoryTest, AUserThatTheTrustNamesNeedsNoPolicyButMayBeDenied) {
  create_user("ann");
  const policy::Principal ann = user("ann");
  const std::string arn =
      create_role("r", trust(R"({"AWS":"arn:aws:iam::123456789012:user/ann"})"));
  const AssumeRequest request{.role_arn = arn, .caller = ann, .session_name = "s"};
  EXPECT_EQ(assume_error(request), "assumed");
  put_inline(
      roster(), holder("ann"), "p",
      R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"sts:*","Resource":"*"}})");
  EXPECT_NE(assume_error(request), "assumed");
}

TEST_F(DirectoryTest, ASessionThatTheTrustNamesIsStillNarrowedByItsPolicy) {
  create_user("ann");
  const std::string first = create_role("first", trust(R"("*")"));
  const std::string second = create_role("second", trust(R"({"AWS":")" + first + "\"}"));
  AssumeRequest request{.role_arn = first, .caller = user("ann"), .session_name = "s"};
  const policy::Principal free = authority().assume(request);
  request.session_policy = allow("s3:*");
  const policy::Principal narrowed = authority().assume(request);
  EXPECT_EQ(assume_error({.role_arn = second, .caller = free, .session_name = "t"}), "assumed");
  EXPECT_NE(assume_error({.role_arn = second, .caller = narrowed, .session_name = "t"}), "assumed");
}

TEST_F(DirectoryTest, RootsTakeOnNoRoles) {
  const auto root =
      authority().credential(directory().accounts.ensure_first(account).root_key.id)->principal;
  const std::string arn = create_role("r", trust(R"("*")"));
  EXPECT_EQ(assume_error({.role_arn = arn, .caller = root, .session_name = "s"}),
            "Roles may not be assumed by root accounts.");
}

TEST_F(DirectoryTest, ExternalIdsAreAskedFor) {
  create_user("ann");
  const std::string arn =
      create_role("r", trust(R"("*")", R"(,"Condition":{"StringEquals":{"sts:ExternalId":"x"}})"));
  AssumeRequest request{.role_arn = arn, .caller = user("ann"), .session_name = "s"};
  EXPECT_NE(assume_error(request), "assumed");
  request.external_id = "x";
  EXPECT_EQ(assume_error(request), "assumed");
}

TEST_F(DirectoryTest, SessionsCarryTagsAndPoliciesAndOutliveARestart) {
  create_user("ann");
  const std::string arn = create_role("r", trust(R"("*")"));
  put_inline(roster(), {Holder::role, account, "r"}, "p", allow("s3:*"));
  const policy::Principal session = authority().assume({.role_arn = arn,
                                                        .caller = user("ann"),
                                                        .session_name = "s",
                                                        .session_policy = allow("s3:Get*"),
                                                        .session_tags = {{"k", "v"}}});
  const Credential issued = authority().issue(session, clock_.service() + std::chrono::hours(1));
  EXPECT_TRUE(issued.access_key_id.starts_with("ASIA"));
  start();
  const auto found = authority().credential(issued.access_key_id);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->secret, issued.secret);
  EXPECT_EQ(found->session_token, issued.session_token);
  EXPECT_EQ(found->expires, issued.expires);
  EXPECT_EQ(found->principal.tags, (policy::TagPairs{{"k", "v"}}));
  EXPECT_TRUE(allowed(found->principal, "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(allowed(found->principal, "s3:PutObject", "arn:aws:s3:::b/k"));
}

TEST_F(DirectoryTest, PassingARoleAsksForItsService) {
  create_user("ann");
  const policy::Principal ann = user("ann");
  const std::string arn = create_role("r", trust(sagemaker));
  EXPECT_FALSE(may_pass(authority(), ann, arn, "sagemaker.amazonaws.com"));
  attach(roster(), holder("ann"), "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess");
  EXPECT_TRUE(may_pass(authority(), ann, arn, "sagemaker.amazonaws.com"));
  EXPECT_FALSE(may_pass(authority(), ann, arn, "lambda.amazonaws.com"));
}

TEST_F(DirectoryTest, AnEmptiedAccountKeepsItsRootKeyOnly) {
  const AccessKey root = directory().accounts.create(account).root_key;
  create_user("ann");
  const AccessKey key = directory().keys.create(account, "ann");
  const Account other = directory().accounts.create();
  EXPECT_EQ(other.id.size(), 12U);
  EXPECT_THROW(directory().accounts.create(account), EntityExists);
  directory().accounts.empty(account);
  EXPECT_TRUE(authority().credential(root.id));
  EXPECT_FALSE(authority().credential(key.id));
  EXPECT_FALSE(roster().find_user(account, "ann"));
  EXPECT_TRUE(authority().credential(other.root_key.id));
  EXPECT_EQ(directory().accounts.list().size(), 2U);
  EXPECT_THROW(directory().accounts.empty("999999999999"), NoSuchEntity);
}

TEST_F(DirectoryTest, AwsPoliciesAreThereByName) {
  for (const char* name :
       {"AdministratorAccess", "AmazonS3FullAccess", "AmazonS3ReadOnlyAccess",
        "AmazonSageMakerFullAccess", "AmazonSageMakerReadOnly", "CloudWatchFullAccess",
        "CloudWatchLogsFullAccess", "IAMFullAccess", "IAMReadOnlyAccess", "PowerUserAccess"}) {
    EXPECT_EQ(roster().policy(account, std::string("arn:aws:iam::aws:policy/") + name)->entity.name,
              name);
  }
}

}  // namespace
}  // namespace millrace::identity
