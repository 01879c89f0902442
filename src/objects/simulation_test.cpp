// Long lives of a store on a disk that loses its power, is killed, full, fails, rots or writes to a
// wrong place: after each, the store shows what was acknowledged, wholly, and nothing else.
// MILLRACE_LOSSES says how many losses of power a run has, MILLRACE_SEED with which it begins.
#include "base/testing/survival.hpp"
#include "objects/testing/chooser.hpp"
#include "objects/testing/process.hpp"
#include "store/blob_format.hpp"
#include "store/examination.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace millrace::objects {
namespace {

using base::testing::Disk;
using base::testing::Fault;
using base::testing::first_seed;
using testing::Act;
using testing::Chooser;
using testing::Process;
using testing::World;

constexpr int losses_of_a_life = 20;
constexpr int acts_of_a_process = 30;
constexpr std::uint64_t calls_of_a_process = 350;  // about: a failing call is one of them
constexpr int lives_between_examinations = 4;

// One disk, the processes that had it, and what they were told is done.
class Life {
 public:
  explicit Life(std::uint64_t seed) : random_(seed), chooser_(random_, clock_) {
    disk_.memory.watch_for(testing::secret_words);
    open();
  }
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
  ~Life() { EXPECT_EQ(disk_.memory.seen_in(), "") << "what is encrypted lies plain"; }

  // A process works until its disk fails for good, at any call.
  void work_until_the_disk_is_gone() {
    disk_.files.fail_at(1 + below(calls_of_a_process), Fault::for_good);
    act(acts_of_a_process);
  }

  void work_in_peace(int acts) {
    act(acts);
    if (possible_.empty()) return;
    ADD_FAILURE() << "an act failed on a disk that works: " << doing_;
  }

  // A disk without room, from any write on until there is some again: what is refused has not
  // happened.
  void work_on_a_full_disk() {
    disk_.files.fail_at(1 + below(calls_of_a_process), Fault::filled);
    for (int i = 0; i < acts_of_a_process / 2; ++i) {
      act(1);
      if (possible_.empty()) continue;
      ASSERT_FALSE(process_->database.failed()) << doing_;
      possible_.pop_back();  // it is refused, so it is not wholly done
      if (possible_.empty()) continue;
      settle("a full disk");
    }
    disk_.files.mend();
    EXPECT_EQ(process_->look(), world_) << doing_;
  }

  void kill() {
    process_.reset();
    disk_.files.mend();
    disk_.memory.reopen();
    open();
    settle("a kill");
  }

  void lose_power() {
    disk_.memory.power_off();
    process_.reset();
    disk_.memory.power_on(random_);
    disk_.files.mend();
    open();
    settle("a loss of power");
  }

  // Every byte, as `millrace fsck --repair` looks. Files may lie there for nothing: a segment that
  // was begun and never counted, one whose removal was not synced when the power went.
  void examine() {
    process_.reset();
    const store::Examined found = look_at_all();
    EXPECT_TRUE(found.damage.empty()) << found.damage.front();
    store::remove_strays(disk_.memory, found);
    open();
    settle("a repair");
  }

  // One file call fails, of which the store knows nothing: whoever asks is refused, and then is
  // not.
  void fail_one_read() {
    disk_.files.fail_at(1 + below(60), Fault::once);
    try {
      EXPECT_EQ(process_->look(), world_);
    } catch (const store::StoreError&) {
    }
    disk_.files.mend();
    EXPECT_EQ(process_->look(), world_);
  }

  // A byte of a body or a page changes.
  void rot() {
    process_.reset();
    std::vector<std::pair<std::string, std::uint64_t>> files;
    for (const auto& [path, size] : disk_.memory.sizes()) {
      // There is no telling the log's end from rot, and nothing to compare a key with.
      const bool is_told = !path.ends_with("-wal") && !path.ends_with("root.key");
      if (size > 0 && is_told) files.emplace_back(path, size);
    }
    const auto& [path, size] = files[below(files.size())];
    disk_.memory.damage(path, below(size));
    expect_truth_or_refusal(path);
  }

  void misdirect_a_write() {
    disk_.memory.misdirect("/data/blobs", 1 + below(20), below(3) == 0 ? 4096 : 716);
    act(acts_of_a_process);
    possible_.clear();
    process_.reset();
    expect_truth_or_refusal("a write to a wrong place");
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return base::random_number(random_) % bound; }

  void open() { process_ = std::make_unique<Process>(disk_.files, random_, clock_); }

  store::Examined look_at_all() {
    return store::examine(
        disk_.memory, {.database = "/data/db", .blobs = "/data/blobs", .tables = blob_tables()});
  }

  // Up to so many; ends with the first that fails, whose outcome is then open.
  void act(int most) {
    for (int i = 0; i < most && possible_.empty(); ++i) {
      const Act chosen = chooser_.choose(world_);
      doing_ = chosen.name;
      std::vector<World> stages = {world_};
      for (const auto& alter : chosen.in_model) {
        stages.push_back(stages.back());
        alter(stages.back());
      }
      try {
        chosen.in_store(*process_);
        world_ = std::move(stages.back());
      } catch (const store::StoreError&) {
        stages.erase(stages.begin());
        possible_ = std::move(stages);
      }
    }
  }

  // What is found stays so.
  void settle(const std::string& what) {
    World found = process_->look();
    const bool is_known = found == world_ || std::ranges::find(possible_, found) != possible_.end();
    EXPECT_TRUE(is_known) << "after " << what << " while: " << doing_
                          << "\nacknowledged: " << to_text(world_) << "\nfound: " << to_text(found);
    EXPECT_EQ(complaint_about_copies(*process_, found), "") << what << " while: " << doing_;
    world_ = std::move(found);
    possible_.clear();
  }

  // Each object is right or refused, and so is the store as a whole.
  void expect_truth_or_refusal(const std::string& where) {
    try {
      open();
      look_at_each();
      while (process_->care.take_round_step()) {
      }
      look_at_each();
    } catch (const store::StoreError&) {
      process_.reset();
      EXPECT_FALSE(look_at_all().damage.empty()) << where;
    }
  }

  void look_at_each() {
    for (const auto& [bucket, kept] : world_) {
      std::map<std::string, std::size_t> seen;
      for (const ListedVersion& listed : process_->versions(bucket)) {
        const auto& expected = kept.objects.at(listed.info.key).at(seen[listed.info.key]++);
        expect_truth_or_refusal(bucket, listed, expected);
      }
    }
  }

  void expect_truth_or_refusal(const std::string& bucket, const ListedVersion& listed,
                               const testing::KeptVersion& expected) {
    try {
      EXPECT_EQ(process_->look_at(bucket, listed), expected) << bucket << "/" << listed.info.key;
    } catch (const store::DamagedBlob&) {
      return;
    } catch (const store::StoreError&) {
      // A seal may find it before the checksum does.
      if (testing::kind_of(expected.put).empty()) throw;
    }
  }

  Disk disk_;
  base::SeededRandom random_;
  base::ManualClock clock_{Process::beginning};
  Chooser chooser_;
  std::unique_ptr<Process> process_;
  World world_;                  // what was acknowledged
  std::vector<World> possible_;  // what may be besides: an act failed on its way
  std::string doing_;
};

int losses() {
  const char* const given = std::getenv("MILLRACE_LOSSES");
  return given != nullptr ? std::atoi(given) : 300;
}

template <class Do>
void live(std::uint64_t lives, const Do& act) {
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + lives && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("MILLRACE_SEED=" + std::to_string(seed));
    Life life(seed);
    act(life, seed);
  }
}

// Else the watch of all other tests would see nothing.
TEST(Simulation, SeesWhatLiesPlain) {
  Disk disk;
  disk.memory.watch_for(testing::secret_words);
  base::SeededRandom random(1);
  base::ManualClock clock(Process::beginning);
  Process process(disk.files, random, clock);
  testing::make_bucket("a").in_store(process);
  const auto put = [&](const Protection& protection) {
    const std::string body = testing::body_of(6, true);
    TextReader reader(body);
    Draft draft =
        process.objects->receive(reader, {&default_checksum_kind()}, put_limit, protection);
    process.objects->put(process.alice, "a", "key", std::move(draft), {}, {});
  };
  Protection sealed;
  sealed.encryption.kind = sse_s3;
  put(sealed);
  EXPECT_EQ(disk.memory.seen_in(), "");
  put({});
  EXPECT_TRUE(disk.memory.seen_in().starts_with("/data/blobs/segments/"));
}

TEST(Simulation, LossesOfPower) {
  const int lives = losses() / losses_of_a_life + 1;
  live(static_cast<std::uint64_t>(lives), [](Life& life, std::uint64_t seed) {
    for (int i = 0; i < losses_of_a_life && !::testing::Test::HasFailure(); ++i) {
      life.work_until_the_disk_is_gone();
      if (i % 3 == 2) {
        life.kill();
        life.work_until_the_disk_is_gone();
      }
      life.lose_power();
      life.work_in_peace(2);
    }
    if (seed % lives_between_examinations == 0) life.examine();
  });
}

TEST(Simulation, FullDisks) {
  live(20, [](Life& life, std::uint64_t) {
    for (int i = 0; i < 3; ++i) {
      life.work_on_a_full_disk();
      life.work_in_peace(2);
    }
    life.kill();
    life.examine();
  });
}

TEST(Simulation, FailingReads) {
  live(20, [](Life& life, std::uint64_t) {
    life.work_in_peace(30);
    for (int i = 0; i < 10; ++i) life.fail_one_read();
  });
}

TEST(Simulation, BitRot) {
  live(100, [](Life& life, std::uint64_t) {
    life.work_in_peace(40);
    life.rot();
  });
}

TEST(Simulation, WritesToAWrongPlace) {
  live(100, [](Life& life, std::uint64_t) {
    life.work_in_peace(20);
    life.misdirect_a_write();
  });
}

}  // namespace
}  // namespace millrace::objects
