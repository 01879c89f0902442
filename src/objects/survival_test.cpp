// Objects, tags and uploads under every failing file call and under losses of power, compared with
// a model in memory: what was acknowledged is there, what was not has wholly happened or not at
// all.
#include "base/testing/survival.hpp"

#include "base/virtual_clock.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/object_store.hpp"
#include "store/grouped_database.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace millrace::objects {
namespace {

using base::testing::Fault;
using base::testing::FaultyFiles;

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
        alice, {.bucket = bucket, .key = info->key}, std::nullopt, [](const ObjectDetail& object) {
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

class ObjectsAndUploads final : public base::testing::Workload {
 public:
  void run(FaultyFiles& files, base::Random& random) override {
    try {
      engine_ = std::make_unique<Engine>(files, random);
      engine_->make_bucket();
    } catch (const store::StoreError&) {
      return;
    }
    for (int step = 0; step < steps; ++step) take_step(step);
  }
  void end() override { engine_.reset(); }

  void expect_sound(FaultyFiles& files, base::Random& random) override {
    engine_ = std::make_unique<Engine>(files, random);
    engine_->make_bucket();
    check();
    engine_->put(0, 1000);
    engine_->upload(1, 1001);
    EXPECT_EQ(engine_->version(0), 1000);
    EXPECT_EQ(engine_->version(1), 1001);
  }

 private:
  void take_step(int step) {
    const int key = step * 7 % keys;
    switch (step % 6) {
      case 2:
        return expected_.attempt(key_of(key), step, [&] { engine_->upload(key, step); });
      case 3:
        return expected_.attempt([&] { engine_->give_up_upload(key, step); });
      case 5:
        return expected_.attempt(key_of(key), std::nullopt, [&] { engine_->erase(key); });
      default:
        return expected_.attempt(key_of(key), step, [&] { engine_->put(key, step); });
    }
  }

  void check() {
    std::set<std::string> there;
    for (int key = 0; key < keys; ++key) {
      const std::optional<int> version = engine_->version(key);
      expected_.check(key_of(key), version);
      if (version) there.insert(key_of(key));
    }
    EXPECT_EQ(engine_->listed(), there);
  }

  std::unique_ptr<Engine> engine_;
  base::testing::Expected<int, store::StoreError> expected_;
};

class EveryCall : public testing::TestWithParam<Fault> {};

TEST_P(EveryCall, MayFail) {
  base::testing::survive_each_failing_call<ObjectsAndUploads>(GetParam());
}

INSTANTIATE_TEST_SUITE_P(ObjectsSurvival, EveryCall,
                         testing::Values(Fault::once, Fault::for_good, Fault::full, Fault::filled));

TEST(ObjectsSurvival, LossesOfPower) {
  base::testing::survive_losses_of_power<ObjectsAndUploads>(150, 2);
}

TEST(ObjectsSurvival, EverySyncMayLoseWhatItWasToKeep) {
  base::testing::survive_each_lost_sync<ObjectsAndUploads>();
}

}  // namespace
}  // namespace millrace::objects
