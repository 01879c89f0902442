// Whatever file call fails, and whenever the power goes: what was acknowledged is there at the next
// start, an account that was being made is then made, and nothing is half in an organisation.
#include "base/testing/survival.hpp"

#include "base/virtual_clock.hpp"
#include "organizations/control_policies.hpp"
#include "organizations/testing/running.hpp"
#include "organizations/testing/tree.hpp"
#include "store/database.hpp"

namespace millrace::organizations {
namespace {

using base::testing::Fault;
using base::testing::FaultyFiles;
using testing::management;

// What the workload was told is done.
struct Acknowledged {
  std::optional<std::string> organization;
  std::optional<std::string> unit;
  std::optional<std::string> policy;  // attached to the unit
  std::optional<std::string> account;
};

void work(testing::Running& running, base::Random& random, base::Clock& clock, Acknowledged& done) {
  Organizations& organizations = running.organizations;
  running.directory.accounts.ensure_first(management);
  done.organization = organizations.create(management, FeatureSet::all)->id;
  std::string unit;
  organizations.change(management, [&](Organization& changed) {
    const NewUnit asked{.parent = changed.root, .name = "dev", .tags = {{"a", "b"}}};
    unit = create_unit(changed, asked, random).id;
  });
  done.unit = unit;
  std::string policy;
  organizations.change(management, [&](Organization& changed) {
    const NewPolicy asked{.name = "own", .content = std::string(testing::deny_s3)};
    policy = create_policy(changed, asked, random).id;
    enable_type(changed, changed.root, PolicyType::service_control);
    attach_policy(changed, policy, unit, clock.service());
  });
  done.policy = policy;
  const NewAccount asked{
      .name = "one", .email = "one@example.com", .role = "Entry", .tags = {{"c", "d"}}};
  done.account = organizations.create_account(management, asked).account;
}

Acknowledged run_workload(base::Files& files, base::Clock& clock, base::Random& random) {
  Acknowledged done;
  try {
    testing::Running running(files, clock, random);
    work(running, random, clock, done);
  } catch (const base::FileError&) {
    return done;
  } catch (const store::StoreError&) {
    return done;
  }
  return done;
}

void expect_member_whole(testing::Running& running, const Creation& creation) {
  EXPECT_TRUE(creation.completed);
  EXPECT_TRUE(running.directory.roster.find_role(creation.account, "Entry"));
  EXPECT_EQ(running.directory.keys.list(creation.account, "").size(), 1U);
  const auto organization = running.organizations.of(creation.account);
  ASSERT_NE(organization, nullptr);
  EXPECT_EQ(organization->members.at(creation.account).email, "one@example.com");
  EXPECT_NE(running.organizations.ceiling(creation.account), nullptr);
}

void expect_sound(base::Files& files, base::Clock& clock, base::Random& random,
                  const Acknowledged& done) {
  testing::Running running(files, clock, random);
  running.organizations.resume();
  const auto organization = running.organizations.of(management);
  if (done.organization) {
    ASSERT_NE(organization, nullptr);
    EXPECT_EQ(organization->id, *done.organization);
  }
  if (done.unit) {
    EXPECT_TRUE(organization->units.contains(*done.unit));
  }
  if (done.policy) {
    EXPECT_EQ(organization->units.at(*done.unit).attached.back(), *done.policy);
  }
  if (organization == nullptr) return;
  EXPECT_TRUE(organization->units.contains(organization->root));
  for (const auto& [id, creation] : organization->creations) expect_member_whole(running, creation);
  if (done.account) {
    EXPECT_TRUE(organization->members.contains(*done.account));
  }
}

class Founding final : public base::testing::Workload {
 public:
  void run(FaultyFiles& files, base::Random& random) override {
    done_ = run_workload(files, clock_, random);
  }
  void end() override {}
  void expect_sound(FaultyFiles& files, base::Random& random) override {
    organizations::expect_sound(files, clock_, random, done_);
  }

 private:
  base::ManualClock clock_;
  Acknowledged done_;
};

class EveryCall : public ::testing::TestWithParam<Fault> {};

TEST_P(EveryCall, MayFail) { base::testing::survive_each_failing_call<Founding>(GetParam()); }

INSTANTIATE_TEST_SUITE_P(OrganizationsSurvival, EveryCall,
                         ::testing::Values(Fault::once, Fault::for_good, Fault::full));

TEST(OrganizationsSurvival, ThePowerMayGoAtAnyCall) {
  base::testing::survive_a_loss_of_power_at_each_call<Founding>();
}

}  // namespace
}  // namespace millrace::organizations
