// Whatever file call fails, and whenever the power goes: what was acknowledged is there at the next
// start, and nothing keeps that start from making what was not.
#include "base/testing/faulty_files.hpp"
#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "identity/testing/running.hpp"
#include "store/database.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

using base::testing::Fault;
using base::testing::FaultyFiles;
using base::testing::MemoryFiles;
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
    const Principal ann = running.authority->credential(done.user_key->id)->principal;
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

struct Disk {
  Disk() {
    memory.make_folders("/data");
    memory.sync_folder("/");
  }
  MemoryFiles memory;
  FaultyFiles files{memory};
};

std::uint64_t calls_of_workload() {
  Disk disk;
  base::ManualClock clock;
  base::SeededRandom random(1);
  run_workload(disk.files, clock, random);
  return disk.files.calls();
}

TEST(Survival, AnyCallMayFail) {
  const std::uint64_t calls = calls_of_workload();
  ASSERT_GT(calls, 30U);
  for (const Fault fault : {Fault::once, Fault::for_good, Fault::full}) {
    for (std::uint64_t n = 1; n <= calls && !::testing::Test::HasFailure(); ++n) {
      SCOPED_TRACE("call " + std::to_string(n));
      Disk disk;
      base::ManualClock clock;
      base::SeededRandom random(n);
      disk.files.fail_at(n, fault);
      const Acknowledged done = run_workload(disk.files, clock, random);
      expect_sound(disk.memory, clock, random, done);
    }
  }
}

TEST(Survival, ThePowerMayGoAtAnyCall) {
  const std::uint64_t calls = calls_of_workload();
  for (std::uint64_t n = 1; n <= calls && !::testing::Test::HasFailure(); ++n) {
    SCOPED_TRACE("call " + std::to_string(n));
    Disk disk;
    base::ManualClock clock;
    base::SeededRandom random(n);
    disk.files.fail_at(n, Fault::for_good);
    const Acknowledged done = run_workload(disk.files, clock, random);
    disk.memory.power_off();
    disk.memory.power_on(random);
    expect_sound(disk.memory, clock, random, done);
  }
}

}  // namespace
}  // namespace millrace::identity
