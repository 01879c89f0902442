// Groups, instance profiles, roles of services, aliases and passwords: their rules, and that they
// survive a restart.
#include "identity/roster.hpp"

#include "base/json.hpp"
#include "identity/entity_record.hpp"
#include "identity/errors.hpp"
#include "identity/limits.hpp"
#include "identity/logins.hpp"
#include "identity/service_linked_roles.hpp"
#include "identity/testing/directory_fixture.hpp"
#include "policy/principal_ids.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

using testing::account;
using testing::allow;
using testing::sagemaker;
using testing::trust;

class RosterTest : public testing::DirectoryFixture {};

TEST_F(RosterTest, AGroupsPoliciesDecideForItsMembersOnly) {
  create_user("ann");
  create_user("eve");
  const policy::Principal ann = user("ann");
  const policy::Principal eve = user("eve");
  create_group("g");
  put_inline(roster(), {Holder::group, account, "g"}, "p", allow("s3:GetObject"));
  roster().join_group(account, "g", "ann");
  EXPECT_TRUE(allowed(ann, "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_FALSE(allowed(eve, "s3:GetObject", "arn:aws:s3:::b/k"));
  attach(roster(), {Holder::group, account, "g"}, "arn:aws:iam::aws:policy/AmazonSQSFullAccess");
  roster().rename<Group>(account, "g", "h", "/x/");
  start();
  EXPECT_TRUE(allowed(ann, "s3:GetObject", "arn:aws:s3:::b/k"));
  EXPECT_TRUE(allowed(ann, "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:q"));
  EXPECT_EQ(roster().members(account, "h").size(), 1U);
  EXPECT_EQ(roster().groups_of(account, "ann").front()->entity.arn,
            "arn:aws:iam::123456789012:group/x/h");
  roster().leave_group(account, "h", "ann");
  EXPECT_FALSE(allowed(ann, "s3:GetObject", "arn:aws:s3:::b/k"));
}

TEST_F(RosterTest, AccountsThatAreOnlyNamedAreNotHeld) {
  create_user("ann");
  const policy::Principal ann = user("ann");
  for (int restarts = 0; restarts < 2; ++restarts) {
    EXPECT_TRUE(roster().find_user(account, "ann"));
    const std::size_t before = roster().accounts_held();
    for (int number = 0; number < 10'000; ++number) {
      const std::string other = std::to_string(200'000'000'000 + number);
      const std::string role = "arn:aws:iam::" + other + ":role/r";
      EXPECT_FALSE(allowed(ann, "sts:AssumeRole", role));
      EXPECT_NE(assume_error({.role_arn = role, .caller = ann, .session_name = "s"}), "assumed");
      EXPECT_FALSE(roster().find_id<Role>(other, "AROA"));
      EXPECT_FALSE(roster().standing(other, "AROA"));
      EXPECT_FALSE(directory().accounts.exists(other));
      roster().forget(other);
    }
    EXPECT_EQ(roster().accounts_held(), before);
    start();
  }
}

TEST_F(RosterTest, AccountsAreThereAtOnceAndAfterARestart) {
  const std::string made = directory().accounts.create().id;
  directory().accounts.ensure_first(account);
  for (int restarts = 0; restarts < 2; ++restarts) {
    EXPECT_TRUE(directory().accounts.exists(made));
    EXPECT_TRUE(directory().accounts.exists(account));
    EXPECT_EQ(directory().accounts.of_canonical_user(policy::canonical_user(made)), made);
    EXPECT_FALSE(directory().accounts.of_canonical_user(policy::canonical_user("999999999999")));
    EXPECT_THROW(directory().accounts.create(made), EntityExists);
    start();
  }
}

TEST_F(RosterTest, AUserIsInTenGroupsAtMost) {
  create_user("ann");
  for (std::size_t i = 0; i <= groups_per_user; ++i) create_group("g" + std::to_string(i));
  for (std::size_t i = 0; i < groups_per_user; ++i)
    roster().join_group(account, "g" + std::to_string(i), "ann");
  EXPECT_THROW(roster().join_group(account, "g10", "ann"), LimitExceeded);
  EXPECT_NO_THROW(roster().join_group(account, "g0", "ann"));
}

TEST_F(RosterTest, WhoIsInsideKeepsAGroupAndAProfile) {
  create_user("ann");
  create_group("g");
  roster().join_group(account, "g", "ann");
  EXPECT_THROW(roster().erase<Group>(account, "g"), DeleteConflict);
  EXPECT_THROW(roster().erase<User>(account, "ann"), DeleteConflict);
  roster().leave_group(account, "g", "ann");
  roster().leave_group(account, "g", "ann");  // who is not in it has left it
  roster().erase<Group>(account, "g");
  create_role("r", trust(sagemaker));
  roster().create(InstanceProfile{.entity = {.account = account, .name = "p"}, .role = {}});
  roster().add_role(account, "p", "r");
  EXPECT_THROW(roster().add_role(account, "p", "r"), LimitExceeded);
  EXPECT_THROW(roster().erase<Role>(account, "r"), DeleteConflict);
  EXPECT_THROW(roster().erase<InstanceProfile>(account, "p"), DeleteConflict);
  start();
  EXPECT_EQ(roster().instance_profiles(account, "r").size(), 1U);
  roster().remove_role(account, "p", "r");
  roster().erase<Role>(account, "r");
  roster().erase<InstanceProfile>(account, "p");
}

TEST_F(RosterTest, AServiceLinkedRoleIsItsServicesAlone) {
  const auto kind = find_service_linked_role("autoscaling.amazonaws.com");
  ASSERT_TRUE(kind);
  const Role role = roster().create(service_linked_role(*kind, account, "x", std::nullopt));
  EXPECT_EQ(role.entity.arn,
            "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/"
            "AWSServiceRoleForAutoScaling_x");
  start();
  const HolderName holder{Holder::role, account, role.entity.name};
  EXPECT_THROW(put_inline(roster(), holder, "p", allow("*")), Unmodifiable);
  EXPECT_THROW(detach(roster(), holder, kind->policy), Unmodifiable);
  EXPECT_THROW(roster().erase<Role>(account, role.entity.name), Unmodifiable);
  roster().erase_service_linked_role(account, role.entity.name);
  EXPECT_FALSE(roster().find_role(account, role.entity.name));
  EXPECT_FALSE(find_service_linked_role("nobody.amazonaws.com"));
}

TEST_F(RosterTest, AnAliasIsOneAccountsOnly) {
  AccountSettings& settings = directory().settings;
  settings.set_alias(account, "mine");
  settings.set_alias(account, "ours");
  EXPECT_THROW(settings.set_alias("999999999999", "ours"), EntityExists);
  EXPECT_NO_THROW(settings.set_alias("999999999999", "mine"));
  start();
  EXPECT_EQ(directory().settings.alias(account), "ours");
  EXPECT_THROW(directory().settings.remove_alias(account, "mine"), NoSuchEntity);
  directory().settings.remove_alias(account, "ours");
  EXPECT_FALSE(directory().settings.alias(account));
}

TEST_F(RosterTest, ThePasswordPolicyHoldsForAllItsUsers) {
  create_user("ann");
  Logins logins(directory(), clock_, random_);
  const UserName ann{account, "ann"};
  EXPECT_THROW(logins.create(ann, "short", false), PasswordViolation);
  directory().settings.set_password_policy(account, {.minimum_length = 6, .reuse_prevention = 2});
  logins.create(ann, "secret", true);
  EXPECT_THROW(logins.create(ann, "secret", true), EntityExists);
  EXPECT_THROW(roster().erase<User>(account, "ann"), DeleteConflict);
  start();
  Logins again(directory(), clock_, random_);
  EXPECT_TRUE(again.get(ann).reset_required);
  EXPECT_THROW(again.change(ann, "secreT", "different"), WrongPassword);
  EXPECT_THROW(again.change(ann, "secret", "secret"), PasswordViolation);
  again.change(ann, "secret", "different");
  EXPECT_FALSE(again.get(ann).reset_required);
  EXPECT_THROW(again.change(ann, "different", "secret"), PasswordViolation);
  again.update(ann, std::nullopt, true);
  again.change(ann, "different", "another");
  again.erase(ann);
  EXPECT_THROW(again.erase(ann), NoSuchEntity);
}

// Records as they were before users had groups and passwords, and roles a service of their own.
TEST_F(RosterTest, EntitiesOfFormerVersionsAreRead) {
  const base::Value grants = base::parse_json(R"({"inline":{},"attached":[]})");
  running_->records.create(
      {.key = entity_key(user_kind, account, "ann"),
       .arn = "arn:aws:iam::123456789012:user/ann",
       .document = base::Map{{"id", "AIDA1"}, {"path", "/"}, {"grants", grants}},
       .created = {},
       .modified = {},
       .status = ""});
  running_->records.create({.key = entity_key(role_kind, account, "r"),
                            .arn = "arn:aws:iam::123456789012:role/r",
                            .document = base::Map{{"id", "AROA1"},
                                                  {"path", "/"},
                                                  {"grants", grants},
                                                  {"trust", trust(sagemaker)},
                                                  {"max_session_s", std::int64_t{3600}}},
                            .created = {},
                            .modified = {},
                            .status = ""});
  start();
  EXPECT_EQ(roster().user(account, "ann").entity.id, "AIDA1");
  EXPECT_TRUE(roster().groups_of(account, "ann").empty());
  EXPECT_FALSE(roster().user(account, "ann").login);
  EXPECT_FALSE(roster().role(account, "r").linked_service);
  create_group("g");
  roster().join_group(account, "g", "ann");
  start();
  EXPECT_EQ(roster().groups_of(account, "ann").size(), 1U);
}

TEST_F(RosterTest, EachOfAwsPoliciesIsReadAndNamesItself) {
  const auto all = roster().aws_policies().all();
  EXPECT_GT(all.size(), 300U);
  for (const auto& policy : all) {
    EXPECT_EQ(roster().aws_policies().find(policy->entity.arn), policy) << policy->entity.name;
    EXPECT_TRUE(policy->entity.id.starts_with("ANPA")) << policy->entity.name;
    EXPECT_LE(policy->entity.created, policy->updated) << policy->entity.name;
  }
}

}  // namespace
}  // namespace millrace::identity
