#include "organizations/organizations.hpp"

#include "base/testing/survival.hpp"
#include "base/virtual_clock.hpp"
#include "organizations/arns.hpp"
#include "organizations/control_policies.hpp"
#include "organizations/delegation.hpp"
#include "organizations/handshakes.hpp"
#include "organizations/limits.hpp"
#include "organizations/testing/running.hpp"
#include "organizations/testing/tree.hpp"

#include <thread>

namespace millrace::organizations {
namespace {

using testing::management;
using testing::other;

class OrganizationsTest : public ::testing::Test {
 protected:
  OrganizationsTest() {
    for (const std::string& account : {management, other}) directory().accounts.create(account);
  }
  Organizations& organizations() { return running->organizations; }
  identity::Directory& directory() { return running->directory; }
  void restart() {
    running.reset();
    running.emplace(disk.files, clock, random);
  }
  std::string new_account(const std::string& name) {
    const NewAccount asked{
        .name = name, .email = name + "@example.com", .role = "Entry", .tags = {{"a", "b"}}};
    return organizations().create_account(management, asked).account;
  }
  std::string invite_other() {
    std::string id;
    organizations().change(management, [&](Organization& changed) {
      const Invitation asked{.account = other, .email = {}, .notes = {}, .tags = {}};
      id = invite(changed, asked, clock.service(), random).id;
    });
    return id;
  }

  base::testing::Disk disk;
  base::ManualClock clock;
  base::SeededRandom random{11};
  std::optional<testing::Running> running{std::in_place, disk.files, clock, random};
};

void expect_same(const Organization& a, const Organization& b) {
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.enabled, b.enabled);
  EXPECT_EQ(a.trusted_services, b.trusted_services);
  EXPECT_EQ(a.units, b.units);
  EXPECT_EQ(a.members, b.members);
  EXPECT_EQ(a.handshakes, b.handshakes);
  EXPECT_EQ(a.creations, b.creations);
  ASSERT_EQ(a.policies.size(), b.policies.size());
  for (const auto& [id, policy] : a.policies) EXPECT_EQ(policy.content, b.policies.at(id).content);
}

TEST_F(OrganizationsTest, ComeBackAsTheyWere) {
  organizations().create(management, FeatureSet::all);
  new_account("one");
  invite_other();
  const auto before = organizations().change(management, [&](Organization& changed) {
    const std::string& root = changed.root;
    enable_type(changed, root, PolicyType::service_control);
    create_unit(changed, {.parent = root, .name = "dev", .tags = {{"c", "d"}}}, random);
    const NewPolicy policy{.name = "own", .content = std::string(testing::deny_s3)};
    attach_policy(changed, create_policy(changed, policy, random).id, root, clock.service());
    enable_type(changed, root, PolicyType::resource_control);
    trust_service(changed, "ssm.amazonaws.com", clock.service());
  });
  restart();
  const auto after = organizations().of(management);
  ASSERT_NE(after, nullptr);
  expect_same(*before, *after);
}

TEST_F(OrganizationsTest, ANewOneHasNoTypeOfPolicyOn) {
  const auto made = organizations().create(management, FeatureSet::all);
  EXPECT_TRUE(made->enabled.empty());
  EXPECT_TRUE(organizations().ceiling(management)->service_controls.empty());
}

TEST_F(OrganizationsTest, AnAccountHasOne) {
  organizations().create(management, FeatureSet::all);
  testing::expect_refused(Why::already_in_organization, "", [&] {
    organizations().create(management, FeatureSet::consolidated_billing);
  });
}

TEST_F(OrganizationsTest, ANewAccountIsWholeAndCanBeEntered) {
  organizations().create(management, FeatureSet::all);
  const std::string account = new_account("one");
  EXPECT_TRUE(directory().accounts.exists(account));
  const auto role = directory().roster.find_role(account, "Entry");
  ASSERT_TRUE(role);
  EXPECT_NE(role->trust.document.find(management), std::string::npos);
  EXPECT_EQ(organizations().of(account), organizations().of(management));
  EXPECT_EQ(organizations().profile(account).email, "one@example.com");
}

TEST_F(OrganizationsTest, AnAddressIsTheNameOfOneAccount) {
  organizations().create(management, FeatureSet::all);
  new_account("one");
  const NewAccount again{.name = "two", .email = "one@example.com", .role = "Entry", .tags = {}};
  const Creation failed = organizations().create_account(management, again);
  EXPECT_EQ(failed.failure, "EMAIL_ALREADY_EXISTS");
  EXPECT_EQ(organizations().of(management)->members.size(), 2U);
}

TEST_F(OrganizationsTest, WhoAcceptsJoinsAndWhoLeavesIsGone) {
  organizations().create(management, FeatureSet::all);
  organizations().accept(invite_other(), other);
  EXPECT_EQ(organizations().of(other), organizations().of(management));
  EXPECT_EQ(organizations().ceiling(other)->organization_id, organizations().of(management)->id);
  organizations().change(management,
                         [&](Organization& changed) { leave(changed, other, clock.service()); });
  EXPECT_EQ(organizations().of(other), nullptr);
  EXPECT_EQ(organizations().ceiling(other), nullptr);
}

TEST_F(OrganizationsTest, WhoIsInOneMovesToTheOther) {
  organizations().create(management, FeatureSet::all);
  const std::string second = directory().accounts.create().id;
  organizations().create(second, FeatureSet::all);
  organizations().accept(invite_other(), other);
  std::string id;
  organizations().change(second, [&](Organization& changed) {
    const Invitation asked{.account = other, .email = {}, .notes = {}, .tags = {}};
    id = invite(changed, asked, clock.service(), random).id;
  });
  organizations().accept(id, other);
  EXPECT_EQ(organizations().of(other)->management, second);
  EXPECT_FALSE(organizations().of(management)->members.contains(other));
}

TEST_F(OrganizationsTest, AClosedAccountStaysShut) {
  organizations().create(management, FeatureSet::all);
  organizations().accept(invite_other(), other);
  organizations().close_account(management, other);
  EXPECT_TRUE(organizations().ceiling(other)->service_controls.back().empty());
  clock.advance(closed_accounts_stay);
  organizations().erase(management);
  restart();
  EXPECT_EQ(organizations().of(other), nullptr);
  ASSERT_NE(organizations().ceiling(other), nullptr);
  EXPECT_TRUE(organizations().ceiling(other)->service_controls.back().empty());
}

TEST_F(OrganizationsTest, AreErasedWhenNobodyElseIsInThem) {
  organizations().create(management, FeatureSet::all);
  organizations().accept(invite_other(), other);
  testing::expect_refused(Why::organization_not_empty, "",
                          [&] { organizations().erase(management); });
  organizations().change(management,
                         [&](Organization& changed) { leave(changed, other, clock.service()); });
  organizations().erase(management);
  EXPECT_EQ(organizations().of(management), nullptr);
  restart();
  EXPECT_EQ(organizations().of(management), nullptr);
}

TEST_F(OrganizationsTest, GoWithAnEmptiedAccount) {
  organizations().create(management, FeatureSet::all);
  organizations().accept(invite_other(), other);
  organizations().empty_account(other);
  EXPECT_EQ(organizations().of(management)->members.size(), 1U);
  const std::string made = new_account("one");
  organizations().empty_account(management);
  EXPECT_EQ(organizations().of(management), nullptr);
  restart();
  EXPECT_EQ(organizations().account_of_email("one@example.com"), "");
  EXPECT_EQ(organizations().profile(made).name, "Account " + made);
}

TEST_F(OrganizationsTest, TagsAreFacetsOfTheRecords) {
  organizations().create(management, FeatureSet::all);
  const std::string account = new_account("one");
  const std::string arn = Arns(*organizations().of(management)).account(account);
  EXPECT_EQ(organizations().tags(arn), (store::Tags{{"a", "b"}}));
  store::Tags many;
  for (std::size_t number = 0; number < max_resource_tags; ++number)
    many.emplace_back("n" + std::to_string(number), "v");
  testing::expect_refused(Why::constraint, "MAX_TAG_LIMIT_EXCEEDED",
                          [&] { organizations().set_tags(arn, many); });
}

// One of the two comes first: the policy is gone and attached to nothing, or it is attached and
// there.
TEST_F(OrganizationsTest, APolicyIsNotErasedWhileItIsAttached) {
  running->database.start();  // two write: its own thread commits, as in the server
  organizations().create(management, FeatureSet::all);
  const std::string account = new_account("one");
  organizations().change(management, [](Organization& changed) {
    enable_type(changed, changed.root, PolicyType::service_control);
  });
  const auto attempt = [&](const std::function<void(Organization&)>& change) {
    return !testing::refusal_of([&] { organizations().change(management, change); });
  };
  const NewPolicy asked{.name = "own", .content = std::string(testing::deny_s3)};
  for (int round = 0; round < 100; ++round) {
    std::string id;
    organizations().change(
        management, [&](Organization& changed) { id = create_policy(changed, asked, random).id; });
    bool is_attached = false;
    bool is_erased = false;
    {
      const std::jthread one([&] {
        is_attached = attempt(
            [&](Organization& changed) { attach_policy(changed, id, account, clock.service()); });
      });
      const std::jthread two(
          [&] { is_erased = attempt([&](Organization& changed) { erase_policy(changed, id); }); });
    }
    ASSERT_NE(is_attached, is_erased) << "round " << round;
    const auto after = organizations().of(management);
    for (const std::string& held : after->members.at(account).attached)
      ASSERT_TRUE(after->policies.contains(held)) << "round " << round;
    if (!is_attached) continue;
    organizations().change(management, [&](Organization& changed) {
      detach_policy(changed, id, account, clock.service());
      erase_policy(changed, id);
    });
  }
}

// What a member may ask is the organisation's side of a decision.
policy::Question question(const std::string& account, const std::string& action,
                          const std::string& resource) {
  const std::string root = "arn:aws:iam::" + account + ":root";
  return {.principal = policy::Principal{.kind = policy::Principal::Kind::root,
                                         .account = account,
                                         .arn = root,
                                         .user_id = account},
          .action = action,
          .resource = resource};
}

TEST_F(OrganizationsTest, MembersAskThroughAGuard) {
  organizations().create(management, FeatureSet::all);
  const std::string handshake = invite_other();
  const Arns arns(*organizations().of(management));
  const std::string arn = arns.handshake(handshake, HandshakeAction::invite);
  EXPECT_NE(organizations().guard(question(other, "organizations:AcceptHandshake", arn)), nullptr);
  EXPECT_EQ(organizations().guard(question(other, "organizations:ListRoots", "*")), nullptr);
  organizations().accept(handshake, other);
  const auto guard = organizations().guard(question(other, "organizations:ListRoots", "*"));
  ASSERT_NE(guard, nullptr);
  EXPECT_EQ(guard->owner, management);
  EXPECT_EQ(organizations().guard(question(management, "organizations:ListRoots", "*")), nullptr);
  EXPECT_EQ(organizations().guard(question(other, "s3:ListAllMyBuckets", "*")), nullptr);
}

}  // namespace
}  // namespace millrace::organizations
