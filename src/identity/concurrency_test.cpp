// Decisions and credentials while accounts change: no torn reads, and what was erased does not come
// back.
#include "base/testing/memory_files.hpp"
#include "identity/errors.hpp"
#include "identity/grants.hpp"
#include "identity/testing/running.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace millrace::identity {
namespace {

const std::string account = "123456789012";

TEST(Concurrency, ErasedKeysDoNotComeBackAndDecisionsGoOn) {
  base::testing::MemoryFiles files;
  base::SystemClock clock;
  base::SystemRandom random;
  testing::Running running(files, clock, random);
  Directory& directory = running.directory;
  Authority& authority = *running.authority;
  directory.roster.create(User{.entity = {.account = account, .name = "ann"}});
  const HolderName ann{Holder::user, account, "ann"};
  const policy::Principal principal{
      .kind = policy::Principal::Kind::user, .account = account, .name = "ann"};
  std::atomic<bool> done{false};
  std::string newest;
  std::mutex newest_mutex;

  std::vector<std::jthread> readers;
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      while (!done) {
        (void)authority.decide(
            {.principal = principal, .action = "s3:GetObject", .resource = "arn:aws:s3:::b/k"});
        std::string id;
        {
          const std::lock_guard lock(newest_mutex);
          id = newest;
        }
        (void)authority.credential(id);
      }
    });
  }
  for (int i = 0; i < 50; ++i) {
    attach(directory.roster, ann, "arn:aws:iam::aws:policy/AmazonS3FullAccess");
    const AccessKey key = directory.keys.create(account, "ann");
    {
      const std::lock_guard lock(newest_mutex);
      newest = key.id;
    }
    detach(directory.roster, ann, "arn:aws:iam::aws:policy/AmazonS3FullAccess");
    directory.keys.erase(account, "ann", key.id);
    EXPECT_FALSE(authority.credential(key.id));
  }
  done = true;
}

// What is believed of a key is what its row says, whoever was last.
TEST(Concurrency, AKeyThatIsSwitchedByTwoIsWhatItsRowSays) {
  base::testing::MemoryFiles files;
  base::SystemClock clock;
  base::SystemRandom random;
  testing::Running running(files, clock, random);
  running.database.start();  // two write: its own thread commits, as in the server
  Directory& directory = running.directory;
  directory.roster.create(User{.entity = {.account = account, .name = "ann"}});
  const auto attempt = [](const std::function<void()>& change) {
    try {
      change();
    } catch (const NoSuchEntity&) {
      return;  // the other was faster
    }
  };
  for (int round = 0; round < 100; ++round) {
    const std::string id = directory.keys.create(account, "ann").id;
    const auto turn = [&](bool active) {
      attempt([&] { directory.keys.set_active(account, "ann", id, active); });
    };
    {
      const std::jthread on([&] { turn(true); });
      const std::jthread off([&] { turn(false); });
    }
    const auto rows = directory.keys.list(account, "ann");
    ASSERT_EQ(running.authority->credential(id)->active, rows.front().active);
    {
      const std::jthread gone([&] { directory.keys.erase(account, "ann", id); });
      const std::jthread on([&] { turn(true); });
    }
    ASSERT_FALSE(running.authority->credential(id)) << "round " << round;
  }
}

// One of the two comes first: whoever holds a policy holds one that is there.
TEST(Concurrency, NobodyHoldsAPolicyThatIsErased) {
  base::testing::MemoryFiles files;
  base::SystemClock clock;
  base::SystemRandom random;
  testing::Running running(files, clock, random);
  running.database.start();
  Roster& roster = running.directory.roster;
  const std::string deny =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}})";
  const auto attempt = [](const std::function<void()>& change) {
    try {
      change();
      return true;
    } catch (const NoSuchEntity&) {
      return false;
    } catch (const DeleteConflict&) {
      return false;
    }
  };
  for (int round = 0; round < 150; ++round) {
    const std::string number = std::to_string(round);
    const HolderName who{Holder::user, account, "u" + number};
    if (round % 3 != 2) roster.create(User{.entity = Entity{.account = account, .name = who.name}});
    ManagedPolicy made{.entity = Entity{.account = account, .name = "p" + number}};
    made.versions.push_back({.number = 1, .text = policy_text(deny, policy::PolicyKind::managed)});
    const std::string arn = roster.create(made).entity.arn;
    const std::function<void()> takes[] = {
        [&] { attach(roster, who, arn); }, [&] { set_boundary(roster, who, arn); },
        [&] {
          User bounded{.entity = Entity{.account = account, .name = who.name}};
          bounded.grants.boundary = arn;
          roster.create(bounded);
        }};
    bool is_held = false;
    bool is_erased = false;
    {
      const std::jthread one([&] { is_held = attempt(takes[round % 3]); });
      const std::jthread two(
          [&] { is_erased = attempt([&] { roster.erase_policy(account, arn); }); });
    }
    ASSERT_NE(is_held, is_erased) << "round " << round;
  }
}

}  // namespace
}  // namespace millrace::identity
