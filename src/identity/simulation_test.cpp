// What the policy simulator learns of users and roles, and what of managed policies and principals
// it rests on, after a restart too.
#include "identity/simulation.hpp"

#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "identity/errors.hpp"
#include "identity/grants.hpp"
#include "identity/testing/running.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

const std::string account = "123456789012";
const std::string prefix = "arn:aws:iam::123456789012:";

std::string allow(const std::string& action, const std::string& more = "") {
  return R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":")" + action +
         R"(","Resource":"*")" + more + "}}";
}

std::string trust(const std::string& principal) {
  return R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",)"
         R"("Principal":{"AWS":")" +
         principal + "\"}}}";
}

class SimulationTest : public ::testing::Test {
 protected:
  SimulationTest() { start(); }
  void start() {
    running_.reset();
    running_ = std::make_unique<testing::Running>(files_, clock_, random_);
  }
  Directory& directory() { return running_->directory; }
  Roster& roster() { return running_->directory.roster; }

  void create_user(const std::string& name, const std::string& path = "/") {
    roster().create(User{.entity = {.account = account, .name = name, .path = path}});
  }
  void create_role(const std::string& name) {
    Role role{.entity = {.account = account, .name = name}, .description = "for a test"};
    role.trust = policy_text(trust("*"), policy::PolicyKind::trust);
    role.max_session_s = 7200;
    roster().create(role);
  }
  std::string create_policy(const std::string& name) {
    ManagedPolicy policy{.entity = {.account = account, .name = name, .tags = {{"a", "b"}}},
                         .description = "two versions",
                         .default_version = 2,
                         .newest_version = 2};
    policy.versions.push_back({.number = 1, .text = text_of("sqs:*")});
    policy.versions.push_back({.number = 2, .text = text_of("s3:Get*")});
    return roster().create(policy).entity.arn;
  }
  static PolicyText text_of(const std::string& action) {
    return policy_text(allow(action), policy::PolicyKind::managed);
  }
  Simulation ask(const std::string& arn, const std::string& action) {
    const auto found = simulated(directory(), account, arn);
    if (!found) {
      ADD_FAILURE() << arn;
      return {};
    }
    return simulate(*found, {.principal = found->principal, .action = action}, clock_.service());
  }

  base::testing::MemoryFiles files_;
  base::ManualClock clock_;
  base::SeededRandom random_{1};
  std::unique_ptr<testing::Running> running_;
};

TEST_F(SimulationTest, SaysWhichPoliciesOfAUserAnswered) {
  create_user("ann");
  const HolderName ann{Holder::user, account, "ann"};
  put_inline(roster(), ann, "reads", allow("s3:Get*"));
  put_inline(roster(), ann, "asks",
             allow("sqs:*", R"(,"Condition":{"StringEquals":{"aws:SourceArn":"v"}})"));
  const Simulation read = ask(prefix + "user/ann", "s3:GetObject");
  EXPECT_TRUE(read.decision.allowed());
  ASSERT_EQ(read.matched.size(), 1U);
  EXPECT_EQ(read.matched.front().policy, "reads");
  EXPECT_FALSE(read.matched.front().is_of_resource);
  EXPECT_FALSE(read.boundary_allows);
  const Simulation queue = ask(prefix + "user/ann", "sqs:SendMessage");
  EXPECT_FALSE(queue.decision.allowed());
  EXPECT_EQ(queue.missing_keys, (std::vector<std::string>{"aws:SourceArn"}));
}

TEST_F(SimulationTest, SaysWhatEachSideOfAnotherAccountsResourceSays) {
  create_user("ann");
  put_inline(roster(), {Holder::user, account, "ann"}, "all", allow("*"));
  auto found = simulated(directory(), account, prefix + "user/ann");
  ASSERT_TRUE(found);
  const std::string document =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},)"
      R"("Action":"s3:GetObject","Resource":"*"}})";
  found->guard = policy::Guard{.arn = "",
                               .account = "999999999999",
                               .owner = "999999999999",
                               .policy = policy_text(document, policy::PolicyKind::resource).parsed,
                               .acl = nullptr};
  const auto asked = [&](const std::string& action) {
    return simulate(*found, {.principal = found->principal, .action = action}, clock_.service());
  };
  const Simulation read = asked("s3:GetObject");
  EXPECT_TRUE(read.decision.allowed());
  ASSERT_EQ(read.matched.size(), 2U);
  EXPECT_TRUE(read.matched[1].is_of_resource);
  const Simulation write = asked("s3:PutObject");
  EXPECT_FALSE(write.decision.allowed());
  ASSERT_EQ(write.sides.size(), 2U);
  EXPECT_EQ(write.sides[0].second, policy::Decision::Effect::allowed);
  EXPECT_EQ(write.sides[1].second, policy::Decision::Effect::implicit_deny);
}

TEST_F(SimulationTest, ListsTheKeysThatPoliciesName) {
  const policy::NamedPolicy policy{
      .name = "p",
      .policy =
          policy_text(
              R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*",)"
              R"("Resource":"arn:aws:dynamodb:us-west-2:1:table/${aws:username}","Condition":)"
              R"({"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}})",
              policy::PolicyKind::inline_identity)
              .parsed};
  EXPECT_EQ(context_keys({policy, policy}),
            (std::vector<std::string>{"aws:username", "aws:CurrentTime"}));
}

TEST_F(SimulationTest, SaysWhatARolesBoundaryWouldAllow) {
  create_role("r");
  const HolderName role{Holder::role, account, "r"};
  put_inline(roster(), role, "all", allow("*"));
  set_boundary(roster(), role, "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess");
  EXPECT_EQ(ask(prefix + "role/r", "s3:GetObject").boundary_allows, true);
  EXPECT_EQ(ask(prefix + "role/r", "s3:PutObject").boundary_allows, false);
  EXPECT_FALSE(ask(prefix + "role/r", "s3:PutObject").decision.allowed());
}

TEST_F(SimulationTest, KnowsUsersRolesAndGroupsOfTheAccountOnly) {
  for (const char* arn : {"nonsense", "arn:aws:s3:::bucket", "arn:aws:iam::999999999999:user/ann",
                          "arn:aws:iam::123456789012:policy/p"}) {
    EXPECT_FALSE(simulated(directory(), account, arn)) << arn;
  }
  EXPECT_THROW(simulated(directory(), account, prefix + "user/nobody"), NoSuchEntity);
  EXPECT_THROW(simulated(directory(), account, prefix + "role/nobody"), NoSuchEntity);
  EXPECT_THROW(simulated(directory(), account, prefix + "group/nobody"), NoSuchEntity);
}

TEST_F(SimulationTest, ManagedPoliciesAndRolesComeBackWhole) {
  const std::string arn = create_policy("p");
  create_role("r");
  start();
  const auto found = roster().policy(account, arn);
  const ManagedPolicy& policy = *found;
  EXPECT_EQ(policy.description, "two versions");
  EXPECT_EQ(policy.default_version, 2);
  EXPECT_EQ(policy.newest_version, 2);
  EXPECT_EQ(policy.entity.tags, (policy::TagPairs{{"a", "b"}}));
  ASSERT_EQ(policy.versions.size(), 2U);
  EXPECT_EQ(policy.versions[0].number, 1);
  EXPECT_EQ(policy.text().document, allow("s3:Get*"));
  EXPECT_EQ(policy.version(1)->text.document, allow("sqs:*"));
  EXPECT_EQ(policy.version(3), nullptr);
  EXPECT_EQ(roster().role(account, "r").description, "for a test");
  EXPECT_EQ(roster().role(account, "r").max_session_s, 7200);
  roster().set_tags(account, arn, {{"c", "d"}});
  roster().change_policy(account, arn, [](ManagedPolicy& changed) { changed.default_version = 1; });
  start();
  EXPECT_EQ(roster().policy(account, arn)->text().document, allow("sqs:*"));
  EXPECT_EQ(roster().policy(account, arn)->entity.tags.size(), 2U);
  EXPECT_THROW(create_policy("P"), EntityExists);
  EXPECT_THROW(create_role("R"), EntityExists);
}

TEST_F(SimulationTest, ANameIsNotGivenTwiceByRenaming) {
  create_user("ann");
  create_user("eve");
  EXPECT_THROW(roster().rename<User>(account, "ann", "EVE", "/"), EntityExists);
  EXPECT_THROW(roster().rename<User>(account, "nobody", "new", "/"), NoSuchEntity);
  EXPECT_TRUE(roster().find_user(account, "ann"));
  EXPECT_FALSE(roster().find_user(account, "nobody"));
  EXPECT_FALSE(roster().standing(account, "AIDANOBODY"));
}

}  // namespace
}  // namespace millrace::identity
