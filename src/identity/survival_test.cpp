// Whatever file call fails, and whenever the power goes: what was acknowledged is there at the next
// start, and nothing keeps that start from making what was not.
#include "base/testing/survival.hpp"

#include "base/virtual_clock.hpp"
#include "identity/testing/running.hpp"
#include "store/database.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

using base::testing::Fault;
using base::testing::FaultyFiles;
using testing::Running;

const std::string account = "123456789012";

// What the workload was told is done.
struct Acknowledged {
  std::optional<AccessKey> root_key;
  bool user = false;
  std::optional<AccessKey> user_key;
  std::optional<Credential> session;
};

Acknowledged run_workload(base::Files& files, base::Clock& clock, base::Random& random) {
  Acknowledged done;
  try {
    Running running(files, clock, random);
    Directory& directory = running.directory;
    done.root_key = directory.accounts.ensure_first(account).root_key;
    directory.roster.create(User{.entity = {.account = account, .name = "ann"}});
    done.user = true;
    done.user_key = directory.keys.create(account, "ann");
    const policy::Principal ann = running.authority->credential(done.user_key->id)->principal;
    done.session = running.authority->issue(ann, clock.service() + std::chrono::hours(1));
  } catch (const base::FileError&) {
  } catch (const store::StoreError&) {
  }
  return done;
}

void expect_sound(base::Files& files, base::Clock& clock, base::Random& random,
                  const Acknowledged& done) {
  Running running(files, clock, random);
  const AccessKey root = running.directory.accounts.ensure_first(account).root_key;
  if (done.root_key) {
    EXPECT_EQ(root.id, done.root_key->id);
    EXPECT_EQ(root.secret, done.root_key->secret);
  }
  if (done.user) {
    EXPECT_TRUE(running.directory.roster.find_user(account, "ann"));
  }
  if (done.user_key) {
    EXPECT_EQ(running.authority->credential(done.user_key->id)->secret, done.user_key->secret);
  }
  if (done.session) {
    EXPECT_EQ(running.authority->credential(done.session->access_key_id)->secret,
              done.session->secret);
  }
}

class KeysAndSessions final : public base::testing::Workload {
 public:
  void run(FaultyFiles& files, base::Random& random) override {
    done_ = run_workload(files, clock_, random);
  }
  void end() override {}
  void expect_sound(FaultyFiles& files, base::Random& random) override {
    identity::expect_sound(files, clock_, random, done_);
  }

 private:
  base::ManualClock clock_;
  Acknowledged done_;
};

class EveryCall : public ::testing::TestWithParam<Fault> {};

TEST_P(EveryCall, MayFail) {
  base::testing::survive_each_failing_call<KeysAndSessions>(GetParam());
}

INSTANTIATE_TEST_SUITE_P(IdentitySurvival, EveryCall,
                         ::testing::Values(Fault::once, Fault::for_good, Fault::full));

TEST(IdentitySurvival, ThePowerMayGoAtAnyCall) {
  base::testing::survive_a_loss_of_power_at_each_call<KeysAndSessions>();
}

}  // namespace
}  // namespace millrace::identity
