// Whose the standing of a session is: that of the user or role that it was made for, by its id,
// whatever is called so since.
#include "identity/standing.hpp"

#include "identity/entity_record.hpp"
#include "identity/errors.hpp"
#include "identity/sessions.hpp"
#include "identity/testing/directory_fixture.hpp"
#include "policy/explanation.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

using testing::account;
using testing::allow;
using testing::trust;

class StandingTest : public testing::DirectoryFixture {
 protected:
  std::string issued(const policy::Principal& session) {
    return authority().issue(session, clock_.service() + std::chrono::hours(1)).access_key_id;
  }
  std::string session_of_user(const std::string& name) { return issued(user_named(name)); }
  std::string federated_session(const std::string& user) {
    FederationRequest request{.user = user_named(user), .name = "carol"};
    request.session_policy = allow("*");
    return issued(federated_user(request));
  }
  policy::Principal user_named(const std::string& name) {
    const Entity entity = roster().user(account, name).entity;
    return {.kind = policy::Principal::Kind::user,
            .account = account,
            .arn = entity.arn,
            .user_id = entity.id,
            .name = name};
  }
  std::string session_of_role(const std::string& arn) {
    return issued(*authority().session_of(arn, "s"));
  }
  // What the session of a key may: nothing when the key is none any more.
  bool may(const std::string& key) {
    const auto credential = authority().credential(key);
    return credential && allowed(credential->principal, "s3:ListAllMyBuckets");
  }
  void make_again(const std::string& user) {
    erase_inline(roster(), holder(user), "p");
    roster().erase<User>(account, user);
    create_user(user);
    put_inline(roster(), holder(user), "p", allow("*"));
  }
};

TEST_F(StandingTest, ASessionStaysItsUsersThroughARenaming) {
  create_user("ann");
  put_inline(roster(), holder("ann"), "p", allow("*"));
  const std::string own = session_of_user("ann");
  const std::string federated = federated_session("ann");
  roster().rename<User>(account, "ann", "eve", "/x/");
  roster().set_tags(account, "arn:aws:iam::123456789012:user/x/eve", {{"team", "red"}});
  for (int restarts = 0; restarts < 2; ++restarts) {
    EXPECT_TRUE(may(own));
    EXPECT_TRUE(may(federated));
    const policy::Principal now = authority().credential(own)->principal;
    EXPECT_EQ(now.arn, "arn:aws:iam::123456789012:user/x/eve");
    EXPECT_EQ(now.name, "eve");
    EXPECT_EQ(now.tags, (policy::TagPairs{{"team", "red"}}));
    EXPECT_EQ(authority().credential(federated)->principal.name, "eve");
    start();
  }
  // Whoever is called so now has nothing of it.
  create_user("ann");
  EXPECT_TRUE(may(own));
}

TEST_F(StandingTest, AUserMadeAgainDoesNotInheritSessions) {
  create_user("ann");
  put_inline(roster(), holder("ann"), "p", allow("*"));
  const std::string own = session_of_user("ann");
  const std::string federated = federated_session("ann");
  const policy::Principal held = authority().credential(own)->principal;
  const policy::Principal visitor = authority().credential(federated)->principal;
  make_again("ann");
  for (int restarts = 0; restarts < 2; ++restarts) {
    EXPECT_FALSE(authority().credential(own));
    EXPECT_FALSE(authority().credential(federated));
    EXPECT_FALSE(allowed(held, "s3:ListAllMyBuckets"));
    EXPECT_FALSE(allowed(visitor, "s3:ListAllMyBuckets"));
    start();
  }
}

TEST_F(StandingTest, ARoleMadeAgainDoesNotHonourSessions) {
  const std::string arn = create_role("r", trust(R"("*")"));
  const HolderName role{Holder::role, account, "r"};
  put_inline(roster(), role, "p", allow("*"));
  const std::string key = session_of_role(arn);
  const policy::Principal held = authority().credential(key)->principal;
  EXPECT_TRUE(may(key));
  erase_inline(roster(), role, "p");
  roster().erase<Role>(account, "r");
  EXPECT_FALSE(authority().credential(key));
  create_role("r", trust(R"("*")"));
  put_inline(roster(), role, "p", allow("*"));
  for (int restarts = 0; restarts < 2; ++restarts) {
    EXPECT_FALSE(authority().credential(key));
    EXPECT_FALSE(allowed(held, "s3:ListAllMyBuckets"));
    EXPECT_TRUE(may(session_of_role(arn)));
    start();
  }
}

// As records may have it that older versions wrote: they did not hold a policy that was being put
// as a boundary.
TEST_F(StandingTest, ABoundaryThatIsGoneLeavesNothing) {
  create_user("ann");
  put_inline(roster(), holder("ann"), "p", allow("*"));
  const std::string arn = create_role("r", trust(R"("*")"));
  const HolderName role{Holder::role, account, "r"};
  put_inline(roster(), role, "p", allow("*"));
  ManagedPolicy made{.entity = Entity{.account = account, .name = "bound"}};
  made.versions.push_back(
      {.number = 1, .text = policy_text(allow("*"), policy::PolicyKind::managed)});
  const ManagedPolicy bound = roster().create(made);
  set_boundary(roster(), holder("ann"), bound.entity.arn);
  set_boundary(roster(), role, bound.entity.arn);
  const policy::Principal ann = user_named("ann");
  const policy::Principal session = authority().credential(session_of_role(arn))->principal;
  EXPECT_TRUE(allowed(ann, "s3:ListAllMyBuckets"));
  EXPECT_TRUE(allowed(session, "s3:ListAllMyBuckets"));
  running_->records.erase(to_record(bound).key);
  start();
  for (const policy::Principal& who : {ann, session}) {
    const policy::Decision decision =
        authority().decide({.principal = who, .action = "s3:ListAllMyBuckets", .resource = "*"});
    EXPECT_FALSE(decision.allowed());
    EXPECT_EQ(decision.policy_kind, policy::boundary_kind);
  }
}

TEST_F(StandingTest, WhoIsGoneIsNamedByNoPolicy) {
  create_user("ann");
  const policy::Principal gone = user_named("ann");
  roster().erase<User>(account, "ann");
  create_user("ann");
  const std::string arn =
      create_role("r", trust(R"({"AWS":"arn:aws:iam::123456789012:user/ann"})"));
  EXPECT_NE(assume_error({.role_arn = arn, .caller = gone, .session_name = "s"}), "assumed");
  EXPECT_EQ(assume_error({.role_arn = arn, .caller = user_named("ann"), .session_name = "s"}),
            "assumed");
  const policy::Explanation told = authority().explain(
      {.principal = gone, .action = "sts:AssumeRole", .resource = arn, .conditions = {}});
  EXPECT_FALSE(told.decision.allowed());
}

TEST_F(StandingTest, ARootsFederatedSessionIsNobodysButTheAccounts) {
  const auto root =
      authority().credential(directory().accounts.ensure_first(account).root_key.id)->principal;
  FederationRequest request{.user = root, .name = "carol"};
  request.session_policy = allow("s3:*");
  EXPECT_TRUE(may(issued(federated_user(request))));
}

TEST_F(StandingTest, NoKeyComesToBeForWhoIsGone) {
  create_user("ann");
  roster().rename<User>(account, "ann", "eve", "/");
  EXPECT_THROW(roster().create_key(account, "ann"), NoSuchEntity);
  EXPECT_EQ(roster().create_key(account, "eve").user, "eve");
}

}  // namespace
}  // namespace millrace::identity
