#include "organizations/members.hpp"

#include "organizations/delegation.hpp"
#include "organizations/limits.hpp"
#include "organizations/testing/tree.hpp"

namespace millrace::organizations {
namespace {

class Members : public testing::Tree {};

TEST_F(Members, MoveFromWhereTheyAre) {
  add(testing::member);
  const std::string dev = unit(organization.root, "dev");
  const auto move = [&](const std::string& from, const std::string& to) {
    move_account(organization, {.account = testing::member, .from = from, .to = to}, now);
  };
  testing::expect_refused(Why::source_parent_not_found, "", [&] { move(dev, organization.root); });
  testing::expect_refused(Why::destination_parent_not_found, "",
                          [&] { move(organization.root, "ou-none-00000000"); });
  testing::expect_refused(Why::duplicate_account, "",
                          [&] { move(organization.root, organization.root); });
  move(organization.root, dev);
  EXPECT_EQ(path_to(organization, testing::member), (std::vector{organization.root, dev}));
  EXPECT_EQ(path_text(organization, testing::member),
            organization.id + "/" + organization.root + "/" + dev + "/" + testing::member + "/");
}

TEST_F(Members, ThatWereMadeLeaveAfterAWhile) {
  add(testing::member, false);
  testing::expect_refused(Why::constraint, "WAIT_PERIOD_ACTIVE",
                          [&] { leave(organization, testing::member, now); });
  leave(organization, testing::member, now + waiting_period);
  EXPECT_FALSE(organization.members.contains(testing::member));
}

TEST_F(Members, ThatWereInvitedLeaveAtOnce) {
  add(testing::member);
  leave(organization, testing::member, now);
  EXPECT_FALSE(organization.members.contains(testing::member));
}

TEST_F(Members, TheManagementAccountStays) {
  testing::expect_refused(Why::management_cannot_leave, "",
                          [&] { leave(organization, testing::management, now); });
  testing::expect_refused(Why::constraint, "CANNOT_CLOSE_MANAGEMENT_ACCOUNT",
                          [&] { close(organization, testing::management, now); });
}

TEST_F(Members, ADelegatedAdministratorStays) {
  add(testing::member);
  trust_service(organization, "ssm.amazonaws.com", now);
  register_delegate(organization, testing::member, "ssm.amazonaws.com", now);
  testing::expect_refused(Why::constraint, "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
                          [&] { leave(organization, testing::member, now); });
}

TEST_F(Members, AreClosedOnceAndGoneLater) {
  add(testing::member);
  const std::string dev = unit(organization.root, "dev");
  move_account(organization, {.account = testing::member, .from = organization.root, .to = dev},
               now);
  close(organization, testing::member, now);
  testing::expect_refused(Why::account_already_closed, "",
                          [&] { close(organization, testing::member, now); });
  EXPECT_NE(find_member(organization, testing::member, now), nullptr);
  now += closed_accounts_stay;
  EXPECT_EQ(find_member(organization, testing::member, now), nullptr);
  let_go(organization, now);
  erase_unit(organization, dev);
}

TEST_F(Members, AreClosedSoManyAtATime) {
  for (std::size_t number = 0; number <= free_closings; ++number) {
    const std::string account = std::to_string(200'000'000'000 + number);
    add(account);
    if (number < free_closings) close(organization, account, now);
  }
  const std::string last = std::to_string(200'000'000'000 + free_closings);
  testing::expect_refused(Why::constraint, "CLOSE_ACCOUNT_QUOTA_EXCEEDED",
                          [&] { close(organization, last, now); });
  close(organization, last, now + closing_window);
}

TEST_F(Members, AreSoManyAtMost) {
  for (std::size_t number = 1; number < max_accounts; ++number)
    add(std::to_string(200'000'000'000 + number));
  testing::expect_refused(Why::constraint, "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
                          [&] { check_room_for_account(organization, now, Why::constraint); });
}

TEST_F(Members, AreRegisteredForServicesThatAreTrusted) {
  add(testing::member);
  const auto enrol = [&](const std::string& account, const std::string& principal) {
    register_delegate(organization, account, principal, now);
  };
  testing::expect_refused(Why::constraint, "SERVICE_ACCESS_NOT_ENABLED",
                          [&] { enrol(testing::member, "ssm.amazonaws.com"); });
  testing::expect_refused(Why::invalid_input, "UNRECOGNIZED_SERVICE_PRINCIPAL",
                          [&] { enrol(testing::member, "moo.amazonaws.com"); });
  testing::expect_refused(Why::constraint, "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
                          [&] { enrol(testing::management, "ssm.amazonaws.com"); });
  trust_service(organization, "ssm.amazonaws.com", now);
  enrol(testing::member, "ssm.amazonaws.com");
  testing::expect_refused(Why::account_already_registered, "",
                          [&] { enrol(testing::member, "ssm.amazonaws.com"); });
  deregister_delegate(organization, testing::member, "ssm.amazonaws.com", now);
  testing::expect_refused(Why::account_not_registered, "", [&] {
    deregister_delegate(organization, testing::member, "ssm.amazonaws.com", now);
  });
}

}  // namespace
}  // namespace millrace::organizations
