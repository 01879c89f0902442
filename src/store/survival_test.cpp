// A workload of records with bodies under every failing file call and under losses of power: what
// was acknowledged is there, what was not is wholly there or wholly absent.
#include "base/testing/faulty_files.hpp"
#include "base/testing/memory_files.hpp"
#include "store/blobs.hpp"
#include "store/grouped_database.hpp"
#include "store/records.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

namespace millrace::store {
namespace {

using base::testing::Fault;
using base::testing::FaultyFiles;
using base::testing::MemoryFiles;

constexpr int names = 5;

Key key_of(int name) {
  return {.account = "0", .region = "", .kind = "thing", .name = std::to_string(name)};
}

// A body that tells its version: small, large, small, ...
std::string body_of(int version) {
  const std::size_t size = version % 2 == 0 ? 900 : 20'000;
  return std::string(size, static_cast<char>('a' + version % 26)) + std::to_string(version);
}

// The store over some files, all on the calling thread.
struct Store {
  Store(base::Files& files, base::Random& random)
      : database(files, {.path = "/data/db"}),
        records(database),
        blobs(open_blobs(files, random, database, "/data/blobs")) {}

  void put(int name, int version) {
    const auto writer = blobs->create();
    writer->write(body_of(version));
    const BlobId id = writer->finish();
    try {
      put_row(name, version, id);
    } catch (const StoreError&) {
      blobs->discard(id);
      throw;
    }
  }

  void put_row(int name, int version, const BlobId& id) {
    database.write([&](Connection& connection) {
      blobs->keep(connection, id);
      const base::Map document{{"Body", id.text}, {"Version", version}};
      const auto is_there =
          records.update_in(connection, key_of(name), base::Timestamp(), [&](Record& record) {
            blobs->erase(connection, {.text = record.document.find("Body")->text()});
            record.document = document;
          });
      if (is_there) return;
      records.create_in(connection,
                        {.key = key_of(name), .arn = std::to_string(name), .document = document});
    });
  }

  void erase(int name) {
    database.write([&](Connection& connection) {
      const auto record = records.find_in(connection, key_of(name));
      if (!record) return;
      blobs->erase(connection, {.text = record->document.find("Body")->text()});
      records.erase_in(connection, key_of(name));
    });
  }

  // The version that is there, after a look at its body; nullopt when there is none.
  std::optional<int> version(int name) {
    const auto record = records.find(key_of(name));
    if (!record) return std::nullopt;
    const auto found = static_cast<int>(record->document.find("Version")->integer());
    const BlobId id = {.text = record->document.find("Body")->text()};
    EXPECT_TRUE(blobs->verify(id));
    EXPECT_EQ(base::read_all(*blobs->open(id)), body_of(found));
    return found;
  }

  GroupedDatabase database;
  Records records;
  std::unique_ptr<Blobs> blobs;
};

// What each name may hold: one state after an acknowledgement, several after a failure.
class Expected {
 public:
  using State = std::optional<int>;

  template <class Act>
  void attempt(int name, State after, const Act& act) {
    auto& states = states_[static_cast<std::size_t>(name)];
    try {
      act();
      states = {after};
    } catch (const StoreError&) {
      states.insert(after);
    }
  }

  void check(Store& store) const {
    for (int name = 0; name < names; ++name) {
      EXPECT_TRUE(states_[static_cast<std::size_t>(name)].contains(store.version(name)))
          << "name " << name;
    }
  }

 private:
  std::array<std::set<State>, names> states_ = [] {
    std::array<std::set<State>, names> none;
    none.fill({std::nullopt});
    return none;
  }();
};

void run_workload(base::Files& files, base::Random& random, Expected& expected, int steps,
                  const std::function<void()>& before_end) {
  try {
    Store store(files, random);
    for (int step = 0; step < steps; ++step) {
      const int name = step * 7 % names;
      if (step % 4 == 3) {
        expected.attempt(name, std::nullopt, [&] { store.erase(name); });
      } else {
        expected.attempt(name, step, [&] { store.put(name, step); });
      }
    }
    before_end();
  } catch (const StoreError&) {
    // The store did not open.
    before_end();
  }
}

// The store opens, holds what it may, and works.
void expect_sound(MemoryFiles& files, base::Random& random, const Expected& expected) {
  Store store(files, random);
  expected.check(store);
  EXPECT_FALSE(store.database.failed());
  store.put(0, 1000);
  store.put(0, 1001);
  EXPECT_EQ(store.version(0), 1001);
}

constexpr int fault_steps = 10;

// Durable before the store is opened in it, as whoever starts the program has it.
void make_data_folder(MemoryFiles& files) {
  files.make_folders("/data");
  files.sync_folder("/");
}

// How many file calls the workload makes when none fails.
std::uint64_t calls_of_workload() {
  MemoryFiles memory;
  make_data_folder(memory);
  FaultyFiles files(memory);
  base::SeededRandom random(1);
  Expected expected;
  run_workload(files, random, expected, fault_steps, [] {});
  return files.calls();
}

class EveryCall : public testing::TestWithParam<Fault> {};

TEST_P(EveryCall, MayFail) {
  const std::uint64_t calls = calls_of_workload();
  ASSERT_GT(calls, 100U);
  for (std::uint64_t n = 1; n <= calls; ++n) {
    SCOPED_TRACE("call " + std::to_string(n));
    MemoryFiles memory;
    make_data_folder(memory);
    FaultyFiles files(memory);
    base::SeededRandom random(n);
    Expected expected;
    files.fail_at(n, GetParam());
    run_workload(files, random, expected, fault_steps, [] {});
    expect_sound(memory, random, expected);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Survival, EveryCall,
                         testing::Values(Fault::once, Fault::for_good, Fault::full));

TEST(Survival, LossesOfPower) {
  const std::uint64_t calls = calls_of_workload();
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    MemoryFiles memory;
    make_data_folder(memory);
    FaultyFiles files(memory);
    base::SeededRandom random(seed);
    Expected expected;
    files.fail_at(1 + base::random_number(random) % calls, Fault::for_good);
    run_workload(files, random, expected, fault_steps, [&] { memory.power_off(); });
    memory.power_on(random);
    expect_sound(memory, random, expected);
    if (testing::Test::HasFailure()) return;
  }
}

// After a failed sync the system may forget what was to be synced and report later syncs as good.
TEST(Survival, EverySyncMayLoseWhatItWasToKeep) {
  MemoryFiles memory;
  make_data_folder(memory);
  base::SeededRandom first(1);
  Expected nothing;
  run_workload(memory, first, nothing, 2 * fault_steps, [] {});
  const std::uint64_t syncs = memory.syncs();
  ASSERT_GT(syncs, 50U);
  for (std::uint64_t n = 1; n <= syncs; ++n) {
    SCOPED_TRACE("sync " + std::to_string(n));
    MemoryFiles files;
    make_data_folder(files);
    base::SeededRandom random(n);
    Expected expected;
    files.lose_sync(n);
    run_workload(files, random, expected, 2 * fault_steps, [&] { files.power_off(); });
    files.power_on(random);
    expect_sound(files, random, expected);
    if (testing::Test::HasFailure()) return;
  }
}

// The process dies, another starts and dies too, and then the power goes: what the first did not
// sync, the second has to.
TEST(Survival, LossesOfPowerAfterKills) {
  const std::uint64_t calls = calls_of_workload();
  for (std::uint64_t seed = 1; seed <= 80; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    MemoryFiles memory;
    make_data_folder(memory);
    base::SeededRandom random(seed);
    Expected expected;
    for (int process = 0; process < 3; ++process) {
      FaultyFiles files(memory);
      files.fail_at(1 + base::random_number(random) % calls, Fault::for_good);
      run_workload(files, random, expected, fault_steps, [] {});
    }
    memory.power_off();
    memory.power_on(random);
    expect_sound(memory, random, expected);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace millrace::store
