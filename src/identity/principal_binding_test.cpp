// Principals of documents by id: what is kept, what is shown, whom it names after users and roles
// were renamed, erased and made again.
#include "identity/principal_binding.hpp"

#include "base/json.hpp"
#include "identity/errors.hpp"
#include "identity/sessions.hpp"
#include "identity/testing/directory_fixture.hpp"
#include "policy/naming.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

using testing::account;
using testing::trust;

class PrincipalBindingTest : public testing::DirectoryFixture {
 protected:
  PrincipalBindingTest() { (void)directory().accounts.ensure_first(account); }

  std::string bound(const std::string& principals) {
    return bind_principals(directory(), account, trust(principals));
  }
  std::string shown(const std::string& document) { return show_principals(directory(), document); }
  // What is said of one that is refused; empty: it is not.
  std::string refusal_of(const std::string& principal, const std::string& type = "AWS") {
    try {
      (void)bound(R"({")" + type + R"(":")" + principal + "\"}");
      return "";
    } catch (const policy::MalformedPolicy& error) {
      return error.what();
    }
  }
  std::string id_of_user(const std::string& name) { return roster().user(account, name).entity.id; }
  void trust_of_role(const std::string& name, const std::string& principals) {
    const std::string kept = bound(principals);
    roster().change<Role>(account, name, [&](Role& role) {
      role.trust = policy_text(kept, policy::PolicyKind::trust);
    });
  }
  bool may_assume(const std::string& role, const policy::Principal& caller) {
    return assume_error({.role_arn = role, .caller = caller, .session_name = "s"}) == "assumed";
  }
  policy::Principal user_now(const std::string& name) {
    const Entity entity = roster().user(account, name).entity;
    return {.kind = policy::Principal::Kind::user,
            .account = account,
            .arn = entity.arn,
            .user_id = entity.id,
            .name = name};
  }
};

constexpr const char* ann = R"({"AWS":"arn:aws:iam::123456789012:user/ann"})";

TEST_F(PrincipalBindingTest, KeepsIdsAndShowsNames) {
  create_user("ann");
  create_role("r", trust(R"("*")"));
  const std::string named =
      R"({ "Service" : "ec2.amazonaws.com", "AWS": ["123456789012", "arn:aws:iam::123456789012:role/r",)"
      R"("*" , "arn:aws:iam::123456789012:user\/ann"]})";
  const std::string kept = bound(named);
  EXPECT_NE(kept.find(id_of_user("ann") + "@123456789012"), std::string::npos);
  EXPECT_EQ(kept.find("user"), std::string::npos);
  EXPECT_EQ(kept.find("role/r"), std::string::npos);
  EXPECT_EQ(base::parse_json(shown(kept)), base::parse_json(trust(named)));
  const policy::Policy policy = policy::parse_policy(kept, policy::PolicyKind::trust);
  EXPECT_EQ(policy.statements.front().principals.aws,
            (std::vector<std::string>{account, roster().role(account, "r").entity.id,
                                      id_of_user("ann")}));
}

TEST_F(PrincipalBindingTest, ARenamedUserIsNamedAsBefore) {
  create_user("ann");
  const std::string role = create_role("r", trust(R"("*")"));
  trust_of_role("r", ann);
  roster().rename<User>(account, "ann", "eve", "/x/");
  create_user("ann");
  EXPECT_TRUE(may_assume(role, user_now("eve")));
  EXPECT_FALSE(may_assume(role, user_now("ann")));
  EXPECT_NE(shown(roster().role(account, "r").trust.document).find(":user/x/eve\""),
            std::string::npos);
}

TEST_F(PrincipalBindingTest, AUserMadeAgainIsNobodyThatIsNamed) {
  create_user("ann");
  const std::string role = create_role("r", trust(R"("*")"));
  trust_of_role("r", ann);
  const std::string id = id_of_user("ann");
  EXPECT_TRUE(may_assume(role, user_now("ann")));
  roster().erase<User>(account, "ann");
  create_user("ann");
  for (int restarts = 0; restarts < 2; ++restarts) {
    EXPECT_FALSE(may_assume(role, user_now("ann")));
    EXPECT_EQ(shown(roster().role(account, "r").trust.document), trust(R"({"AWS":")" + id + "\"}"));
    start();
  }
  trust_of_role("r", ann);
  EXPECT_TRUE(may_assume(role, user_now("ann")));
}

TEST_F(PrincipalBindingTest, ARoleMadeAgainIsNobodyThatIsNamed) {
  const std::string first = create_role("first", trust(R"("*")"));
  const std::string second = create_role("second", trust(R"("*")"));
  trust_of_role("second", R"({"AWS":")" + first + "\"}");
  const auto session = [&] { return *authority().session_of(first, "s"); };
  EXPECT_TRUE(may_assume(second, session()));
  roster().erase<Role>(account, "first");
  create_role("first", trust(R"("*")"));
  EXPECT_FALSE(may_assume(second, session()));
}

TEST_F(PrincipalBindingTest, WhatWasKeptByNameGoesOnByName) {
  create_user("ann");
  const std::string role = create_role("r", trust(ann));
  roster().erase<User>(account, "ann");
  create_user("ann");
  EXPECT_TRUE(may_assume(role, user_now("ann")));
  EXPECT_EQ(shown(roster().role(account, "r").trust.document), trust(ann));
}

TEST_F(PrincipalBindingTest, IdsNameWhoeverHasThem) {
  create_user("ann");
  const std::string role = create_role("r", trust(R"("*")"));
  trust_of_role("r", R"({"AWS":")" + id_of_user("ann") + "\"}");
  EXPECT_TRUE(may_assume(role, user_now("ann")));
  EXPECT_EQ(shown(roster().role(account, "r").trust.document), trust(ann));
  // Of another account, too.
  const std::string other = directory().accounts.create().id;
  const User visitor = roster().create(User{.entity = Entity{.account = other, .name = "vic"}});
  EXPECT_EQ(shown(bound(R"({"AWS":")" + visitor.entity.id + "\"}")),
            trust(R"({"AWS":"arn:aws:iam::)" + other + R"(:user/vic"})"));
}

TEST_F(PrincipalBindingTest, AFederatedSessionIsNamedByItsUser) {
  create_user("ann");
  policy::Statement statement;
  statement.principals.aws = {id_of_user("ann")};
  const policy::Principal session = federated_user({.user = user_now("ann"), .name = "carol"});
  EXPECT_EQ(policy::naming_of(statement, session), policy::Naming::role);
  roster().erase<User>(account, "ann");
  create_user("ann");
  EXPECT_EQ(
      policy::naming_of(statement, federated_user({.user = user_now("ann"), .name = "carol"})),
      policy::Naming::none);
}

TEST_F(PrincipalBindingTest, RefusesWhoIsNotThere) {
  create_user("ann");
  create_role("r", trust(R"("*")"));
  const auto is_refused = [&](const std::string& principal) {
    return refusal_of(principal) == "Invalid principal in policy: \"AWS\":\"" + principal + "\"";
  };
  for (const char* known : {"arn:aws:iam::123456789012:user/ann",
                            "arn:aws:iam::123456789012:role/r", "arn:aws:iam::123456789012:root",
                            "123456789012", "arn:aws:sts::123456789012:assumed-role/r/session",
                            "arn:aws:sts::123456789012:federated-user/anybody",
                            // Of accounts that are not here nothing is known.
                            "arn:aws:iam::999999999999:user/nobody", "999999999999"}) {
    EXPECT_EQ(refusal_of(known), "");
  }
  for (const char* unknown :
       {"arn:aws:iam::123456789012:user/nobody", "arn:aws:iam::123456789012:user/path/ann",
        "arn:aws:iam::123456789012:role/ann", "arn:aws:iam::123456789012:group/g",
        "arn:aws:sts::123456789012:assumed-role/nobody/session", "AIDANOBODYNOBODYNOBODY"}) {
    EXPECT_TRUE(is_refused(unknown)) << unknown;
  }
  // What is kept is not said.
  EXPECT_TRUE(is_refused(id_of_user("ann") + "@123456789012"));
  EXPECT_EQ(refusal_of("nobody", "CanonicalUser"),
            "Invalid principal in policy: \"CanonicalUser\":\"nobody\"");
}

}  // namespace
}  // namespace millrace::identity
