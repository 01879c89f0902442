// Objects, tags and uploads under every failing file call and under losses of power, compared with
// a model in memory: what was acknowledged is there, what was not has wholly happened or not at
// all.
#include "base/testing/faulty_files.hpp"
#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/object_store.hpp"
#include "store/grouped_database.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>

namespace millrace::objects {
namespace {

using base::testing::Fault;
using base::testing::FaultyFiles;
using base::testing::MemoryFiles;

constexpr int keys = 4;
constexpr int steps = 12;
const std::string bucket = "bucket";

std::string key_of(int key) { return "folder/" + std::to_string(key); }

// A body that tells its version: in a segment, empty, and in a file of its own.
std::string body_of(int version) {
  constexpr std::array<std::size_t, 3> sizes = {700, 0, 30'000};
  const std::size_t size = sizes[static_cast<std::size_t>(version) % sizes.size()];
  return size == 0 ? "" : std::string(size, static_cast<char>('a' + version % 26)) + "!";
}

// The engine over some files, all on the calling thread.
struct Engine {
  Engine(base::Files& files, base::Random& random)
      : database(files, {.path = "/data/db"}),
        blobs(store::open_blobs(files, random, database, "/data/blobs")),
        objects(open_objects(database, *blobs, clock, random)) {}

  Draft draft(const std::string& text) {
    TextReader reader(text);
    return objects->receive(reader, {&default_checksum_kind()});
  }

  void make_bucket() {
    if (objects->bucket(bucket)) return;
    objects->create_bucket(
        alice, {.name = bucket, .account = "111111111111", .region = "us-east-1", .created = {}},
        {});
  }

  void put(int key, int version) {
    PutOptions options;
    options.tags = {{"version", std::to_string(version)}};
    objects->put(alice, bucket, key_of(key), draft(body_of(version)), options, {});
  }

  void upload(int key, int version) {
    Upload upload;
    upload.bucket = bucket;
    upload.key = key_of(key);
    upload.options.tags = {{"version", std::to_string(version)}};
    const Upload begun = objects->begin_upload(alice, upload);
    const Part part = objects->put_part(alice, begun, 1, draft(body_of(version)));
    objects->complete_upload(alice, begun, {{.number = 1, .etag = part.etag, .checksums = {}}}, {},
                             [](const Assembly&) {});
  }

  void give_up_upload(int key, int version) {
    Upload upload;
    upload.bucket = bucket;
    upload.key = key_of(key);
    const Upload begun = objects->begin_upload(alice, upload);
    (void)objects->put_part(alice, begun, 1, draft(body_of(version)));
    objects->abort_upload(alice, begun);
  }

  void erase(int key) {
    (void)objects->erase(alice, bucket, {{.key = key_of(key), .precondition = {}}});
  }

  // The version of the object, after a look at its bytes and its tag; nullopt when there is none.
  std::optional<int> version(int key) {
    const auto info = objects->head(alice, bucket, key_of(key));
    if (!info) return std::nullopt;
    const int found = std::stoi(info->tags.at(0).second);
    OpenRange open = objects->open_range(
        alice, bucket, key_of(key), std::nullopt, [](const ObjectDetail& object) {
          return ByteRange{.offset = 0, .length = object.info.size};
        });
    EXPECT_EQ(base::read_all(*read_pieces(std::move(open.pieces)), 1 << 20), body_of(found));
    return found;
  }

  std::set<std::string> listed() {
    std::set<std::string> names;
    for (const ObjectInfo& info : objects->list(alice, {.bucket = bucket}).objects)
      names.insert(info.key);
    return names;
  }

  const identity::Permit alice = permit_of("111111111111");
  base::ManualClock clock;
  store::GroupedDatabase database;
  std::unique_ptr<store::Blobs> blobs;
  std::unique_ptr<ObjectStore> objects;
};

// What each key may hold: one version after an acknowledgement, several after a failure.
class Expected {
 public:
  using State = std::optional<int>;

  template <class Act>
  void attempt(int key, State after, const Act& act) {
    auto& states = states_[static_cast<std::size_t>(key)];
    try {
      act();
      states = {after};
    } catch (const store::StoreError&) {
      states.insert(after);
    }
  }
  // What changes nothing, whatever becomes of it.
  template <class Act>
  void attempt(const Act& act) {
    try {
      act();
    } catch (const store::StoreError&) {
      return;
    }
  }

  void check(Engine& engine) const {
    std::set<std::string> there;
    for (int key = 0; key < keys; ++key) {
      const State state = engine.version(key);
      EXPECT_TRUE(states_[static_cast<std::size_t>(key)].contains(state)) << key_of(key);
      if (state) there.insert(key_of(key));
    }
    EXPECT_EQ(engine.listed(), there);
  }

 private:
  std::array<std::set<State>, keys> states_ = [] {
    std::array<std::set<State>, keys> none;
    none.fill({std::nullopt});
    return none;
  }();
};

void take_step(Engine& engine, Expected& expected, int step) {
  const int key = step * 7 % keys;
  switch (step % 6) {
    case 2:
      return expected.attempt(key, step, [&] { engine.upload(key, step); });
    case 3:
      return expected.attempt([&] { engine.give_up_upload(key, step); });
    case 5:
      return expected.attempt(key, std::nullopt, [&] { engine.erase(key); });
    default:
      return expected.attempt(key, step, [&] { engine.put(key, step); });
  }
}

// False when the bucket was not acknowledged, and then no key is tried.
void run_workload(base::Files& files, base::Random& random, Expected& expected,
                  const std::function<void()>& before_end) {
  try {
    Engine engine(files, random);
    engine.make_bucket();
    for (int step = 0; step < steps; ++step) take_step(engine, expected, step);
    before_end();
  } catch (const store::StoreError&) {
    before_end();
  }
}

// The engine opens, holds what it may, and works.
void expect_sound(MemoryFiles& files, base::Random& random, const Expected& expected) {
  Engine engine(files, random);
  engine.make_bucket();
  expected.check(engine);
  engine.put(0, 1000);
  engine.upload(1, 1001);
  EXPECT_EQ(engine.version(0), 1000);
  EXPECT_EQ(engine.version(1), 1001);
}

// Durable before the store is opened in it, as whoever starts the program has it.
void make_data_folder(MemoryFiles& files) {
  files.make_folders("/data");
  files.sync_folder("/");
}

std::uint64_t calls_of_workload() {
  MemoryFiles memory;
  make_data_folder(memory);
  FaultyFiles files(memory);
  base::SeededRandom random(1);
  Expected expected;
  run_workload(files, random, expected, [] {});
  return files.calls();
}

class EveryCall : public testing::TestWithParam<Fault> {};

TEST_P(EveryCall, MayFail) {
  const std::uint64_t calls = calls_of_workload();
  ASSERT_GT(calls, 200U);
  for (std::uint64_t n = 1; n <= calls; ++n) {
    SCOPED_TRACE("call " + std::to_string(n));
    MemoryFiles memory;
    make_data_folder(memory);
    FaultyFiles files(memory);
    base::SeededRandom random(n);
    Expected expected;
    files.fail_at(n, GetParam());
    run_workload(files, random, expected, [] {});
    expect_sound(memory, random, expected);
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(ObjectsSurvival, EveryCall,
                         testing::Values(Fault::once, Fault::for_good, Fault::full, Fault::filled));

// MILLRACE_SEED repeats a run.
std::uint64_t first_seed() {
  const char* const given = std::getenv("MILLRACE_SEED");
  base::SystemRandom chance;
  const std::uint64_t seed =
      given != nullptr ? std::stoull(given) : base::random_number(chance) % 1'000'000'000;
  std::cout << "MILLRACE_SEED=" << seed << "\n";
  return seed;
}

TEST(ObjectsSurvival, LossesOfPower) {
  const std::uint64_t calls = calls_of_workload();
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    MemoryFiles memory;
    make_data_folder(memory);
    base::SeededRandom random(seed);
    Expected expected;
    // Some processes are killed before, so that one has to keep what another did not sync.
    for (std::uint64_t process = base::random_number(random) % 3; process > 0; --process) {
      FaultyFiles files(memory);
      files.fail_at(1 + base::random_number(random) % calls, Fault::for_good);
      run_workload(files, random, expected, [] {});
    }
    FaultyFiles files(memory);
    files.fail_at(1 + base::random_number(random) % calls, Fault::for_good);
    run_workload(files, random, expected, [&] { memory.power_off(); });
    memory.power_on(random);
    expect_sound(memory, random, expected);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace millrace::objects
