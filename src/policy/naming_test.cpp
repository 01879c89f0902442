// Whom a policy's principals name, and how closely.
#include "policy/naming.hpp"

#include "policy/principal_ids.hpp"

#include <gtest/gtest.h>

namespace millrace::policy {
namespace {

using Kind = Principal::Kind;

constexpr const char* account = "111111111111";
const std::string root_arn = "arn:aws:iam::111111111111:root";
const std::string ann_arn = "arn:aws:iam::111111111111:user/ann";
const std::string role_arn = "arn:aws:iam::111111111111:role/r";

Principal ann() {
  return {.kind = Kind::user,
          .account = account,
          .arn = ann_arn,
          .user_id = "AIDAEXAMPLEEXAMPLE",
          .name = "ann"};
}

Principal session() {
  return {.kind = Kind::role_session,
          .account = account,
          .arn = "arn:aws:sts::111111111111:assumed-role/r/s",
          .user_id = "AROAEXAMPLEEXAMPLE:s",
          .name = "r",
          .role_arn = role_arn};
}

// For whom ann vouches, or who has no name the root.
Principal visitor(const std::string& voucher = "ann") {
  return {.kind = Kind::federated_user,
          .account = account,
          .arn = "arn:aws:sts::111111111111:federated-user/visitor",
          .user_id = "111111111111:visitor",
          .name = voucher};
}

Principal root() {
  return {.kind = Kind::root, .account = account, .arn = root_arn, .user_id = account};
}

Principal outsider() {
  return {.kind = Kind::federated_identity, .federated_provider = "accounts.example.com"};
}

Naming named(const Principals& principals, const Principal& caller) {
  Statement statement;
  statement.principals = principals;
  return naming_of(statement, caller);
}

Naming by_arns(std::vector<std::string> arns, const Principal& caller) {
  return named({.aws = std::move(arns)}, caller);
}

// Whether NotPrincipal leaves the caller out of what it denies.
bool is_spared(std::vector<std::string> arns, const Principal& caller) {
  return named({.all_but = true, .aws = std::move(arns)}, caller) == Naming::none;
}

TEST(Naming, AUserIsNamedByArnAndById) {
  EXPECT_EQ(by_arns({ann_arn}, ann()), Naming::itself);
  EXPECT_EQ(by_arns({"AIDAEXAMPLEEXAMPLE"}, ann()), Naming::itself);
  EXPECT_EQ(by_arns({"AIDAOTHEROTHER"}, ann()), Naming::none);
  EXPECT_EQ(by_arns({account}, ann()), Naming::account);
  EXPECT_EQ(by_arns({root_arn}, ann()), Naming::account);
  EXPECT_EQ(by_arns({"arn:aws:iam::111111111111:user/other/ann"}, ann()), Naming::none);
}

TEST(Naming, ASessionIsNamedByItsRole) {
  EXPECT_EQ(by_arns({session().arn}, session()), Naming::itself);
  EXPECT_EQ(by_arns({role_arn}, session()), Naming::role);
  EXPECT_EQ(by_arns({"AROAEXAMPLEEXAMPLE"}, session()), Naming::role);
  EXPECT_EQ(by_arns({"AROAOTHEROTHER"}, session()), Naming::none);
}

TEST(Naming, AFederatedUserIsNamedByTheUserWhoVouches) {
  EXPECT_EQ(by_arns({visitor().arn}, visitor()), Naming::itself);
  EXPECT_EQ(by_arns({"arn:aws:iam::111111111111:user/bob", ann_arn}, visitor()), Naming::role);
  EXPECT_EQ(by_arns({"arn:aws:iam::111111111111:user/path/ann"}, visitor()), Naming::role);
  EXPECT_EQ(by_arns({"arn:aws:iam::111111111111:user/bob"}, visitor()), Naming::none);
  EXPECT_EQ(by_arns({"arn:aws:iam::222222222222:user/ann"}, visitor()), Naming::none);
  EXPECT_EQ(by_arns({"arn:aws:iam::111111111111:user/"}, visitor("")), Naming::none);
  EXPECT_EQ(by_arns({""}, visitor()), Naming::none);
  Principal known = visitor();
  known.voucher_id = "AIDAEXAMPLEEXAMPLE";
  EXPECT_EQ(by_arns({"AIDAEXAMPLEEXAMPLE"}, known), Naming::role);
}

TEST(Naming, GroupsOfGrantsNameAccountsOrEverybody) {
  const Principals accounts{.all_accounts = true};
  const Principals callers{.all_callers = true};
  EXPECT_EQ(named(accounts, ann()), Naming::account);
  EXPECT_EQ(named(callers, ann()), Naming::account);
  EXPECT_EQ(named(accounts, Principal{}), Naming::none);
  EXPECT_EQ(named(callers, Principal{}), Naming::itself);
  EXPECT_EQ(named(callers, outsider()), Naming::itself);
}

TEST(Naming, AnIdentityOfAProviderIsNamedByIt) {
  const Principals provider{.federated = {"accounts.example.com"}};
  EXPECT_EQ(named(provider, outsider()), Naming::itself);
  EXPECT_TRUE(names_itself(provider, outsider()));
  EXPECT_TRUE(names_itself({.everyone = true}, outsider()));
  EXPECT_EQ(named({.federated = {"other.example.com"}}, outsider()), Naming::none);
  EXPECT_EQ(named(provider, Principal{}), Naming::none);
  Principal by_provider = session();
  by_provider.federated_provider = "accounts.example.com";
  EXPECT_EQ(named(provider, by_provider), Naming::role);
}

TEST(Naming, NotPrincipalSparesASessionWithItsRoleAndAccount) {
  EXPECT_TRUE(is_spared({session().arn, role_arn, account}, session()));
  EXPECT_FALSE(is_spared({session().arn, account}, session()));
  EXPECT_FALSE(is_spared({session().arn, role_arn}, session()));
  EXPECT_FALSE(is_spared({role_arn, account}, session()));
  EXPECT_TRUE(is_spared({ann_arn, root_arn}, ann()));
  EXPECT_TRUE(is_spared({account}, root()));
  EXPECT_EQ(named({.everyone = true, .all_but = true}, ann()), Naming::none);
}

// Ids of roots and federated users begin with the account's number, which names the account.
TEST(Naming, TheNumberOfAnAccountIsNobodysId) {
  for (const Principal& who : {root(), visitor()}) {
    EXPECT_FALSE(names_itself({.aws = {account}}, who));
    EXPECT_TRUE(names_account({.aws = {account}}, who));
  }
  EXPECT_TRUE(names_itself({.aws = {"AIDAEXAMPLEEXAMPLE"}}, ann()));
  EXPECT_TRUE(names_itself({.aws = {role_arn}}, session()));
}

TEST(Naming, NoAccountIsNamedOfWhoHasNone) {
  EXPECT_FALSE(names_account({.aws = {""}}, Principal{}));
  EXPECT_FALSE(names_account({.canonical = {canonical_user("")}}, Principal{}));
  EXPECT_TRUE(names_account({.canonical = {canonical_user(account)}}, ann()));
  EXPECT_FALSE(names_account({.canonical = {canonical_user("222222222222")}}, ann()));
}

}  // namespace
}  // namespace millrace::policy
