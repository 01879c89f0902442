// Decisions and credentials while accounts change: no torn reads, and what was erased does not come
// back.
#include "base/testing/memory_files.hpp"
#include "identity/grants.hpp"
#include "identity/testing/running.hpp"

#include <gtest/gtest.h>

#include <atomic>
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
  const Principal principal{.kind = Principal::Kind::user, .account = account, .name = "ann"};
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

}  // namespace
}  // namespace millrace::identity
