// What the change feed tells, to whom, for how long; and that it never differs from the rows.
#include "objects/feed.hpp"

#include "base/testing/memory_files.hpp"
#include "base/testing/survival.hpp"
#include "base/virtual_clock.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/feed_bell.hpp"
#include "objects/object_store.hpp"
#include "objects/versioning.hpp"
#include "store/grouped_database.hpp"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

namespace millrace::objects {
namespace {

using base::testing::Fault;
using base::testing::FaultyFiles;

const std::string bucket = "bucket";
constexpr std::string_view reader = "test";
constexpr std::string_view rules = R"({"Role":"arn:aws:iam::111111111111:role/r","Rules":[]})";

struct World {
  World(base::Files& files, base::Random& random)
      : database(files, {.path = "/data/db"}),
        blobs(store::open_blobs(files, random, database, "/data/blobs")),
        objects(open_objects(database, *blobs, clock, random)) {
    database.write([](store::Connection& connection) { join_feed(connection, reader); });
  }

  void make_bucket() {
    if (objects->bucket(bucket)) return;
    Bucket made;
    made.name = bucket;
    made.account = alice.account();
    made.settings = std::make_shared<Settings>(Settings{
        {"versioning", std::string(versioning_enabled)}, {"replication", std::string(rules)}});
    objects->create_bucket(alice, made, {});
  }

  void set(std::string_view kind, std::string_view document) {
    objects->set_setting(alice, {.bucket = bucket, .kind = std::string(kind), .id = {}}, document);
  }

  std::string put(const std::string& key) {
    TextReader text("body");
    return objects->put(alice, bucket, key, text, {}).version;
  }

  Erasure erase(const std::string& key, std::optional<std::string> version = std::nullopt) {
    return objects
        ->erase(alice, bucket, {{.key = key, .precondition = {}, .version = std::move(version)}})
        .front();
  }

  std::vector<FeedEntry> read(std::string_view by = reader) {
    return database.read(
        [&](store::Connection& connection) { return read_feed(connection, by, 1000); });
  }

  void advance(std::string_view by, std::int64_t position) {
    database.write([&](store::Connection& connection) { advance_feed(connection, by, position); });
  }

  std::vector<std::tuple<Event, std::string, std::string>> told() {
    std::vector<std::tuple<Event, std::string, std::string>> all;
    for (const FeedEntry& entry : read()) all.emplace_back(entry.event, entry.key, entry.version);
    return all;
  }

  const identity::Permit alice = permit_of("111111111111");
  base::ManualClock clock;
  store::GroupedDatabase database;
  std::unique_ptr<store::Blobs> blobs;
  std::unique_ptr<ObjectStore> objects;
};

class Feed : public ::testing::Test {
 protected:
  base::testing::MemoryFiles files;
  base::SeededRandom random{1};
  World world{files, random};
};

TEST_F(Feed, TellsWhatBecameOfVersionsInOrder) {
  world.make_bucket();
  const std::string version = world.put("a");
  const std::string marker = world.erase("a").version;
  (void)world.erase("a", version);
  using Told = std::vector<std::tuple<Event, std::string, std::string>>;
  EXPECT_EQ(world.told(), (Told{{Event::put, "a", version},
                                {Event::marked, "a", marker},
                                {Event::erased, "a", version}}));
  for (const FeedEntry& entry : world.read()) {
    EXPECT_EQ(entry.bucket, bucket);
    EXPECT_EQ(entry.cause, Cause::request);
    EXPECT_EQ(entry.time, world.clock.service());
  }
}

TEST_F(Feed, TellsWhatChangedOfAVersion) {
  world.make_bucket();
  static_cast<void>(world.put("a"));
  const auto change = [&](const ObjectStore::Change& how) {
    world.objects->change(world.alice, {.bucket = bucket, .key = "a"}, how);
    return world.read().back().event;
  };
  EXPECT_EQ(change([](ObjectInfo& info) { info.tags = {{"a", "b"}}; }), Event::tagged);
  EXPECT_EQ(change([](ObjectInfo& info) { info.traits.acl = R"({"Grants":[]})"; }), Event::granted);
  EXPECT_EQ(change([](ObjectInfo& info) { info.traits.lock.hold = "ON"; }), Event::locked);
  EXPECT_EQ(change([](ObjectInfo& info) { info.traits.storage_class = "GLACIER"; }),
            Event::altered);
  const std::size_t before = world.read().size();
  world.objects->change(world.alice, {.bucket = bucket, .key = "a"}, [](ObjectInfo&) {});
  EXPECT_EQ(world.read().size(), before);
}

TEST_F(Feed, TellsWhatAPutTookThePlaceOf) {
  world.make_bucket();
  world.set("versioning", versioning_suspended);
  world.put("a");
  const std::int64_t first = world.read().back().row;
  world.put("a");
  const auto entries = world.read();
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[1].event, Event::erased);
  EXPECT_EQ(entries[1].row, first);
  EXPECT_EQ(entries[2].event, Event::put);
  EXPECT_NE(entries[2].row, first);
}

TEST_F(Feed, NobodyFollowsABucketWithoutSuchASetting) {
  world.make_bucket();
  world.set("replication", "");
  const std::uint64_t heard = feed_bell(*world.objects).rings();
  world.put("a");
  EXPECT_TRUE(world.read().empty());
  EXPECT_EQ(feed_bell(*world.objects).rings(), heard);
  world.set("replication", rules);
  world.put("b");
  EXPECT_EQ(world.read().size(), 1U);
  EXPECT_EQ(feed_bell(*world.objects).rings(), heard + 1);
}

TEST_F(Feed, SaysWhatALifecycleDid) {
  world.make_bucket();
  world.set("lifecycle",
            R"({"Rules":[{"ID":"r","Status":"Enabled","Prefix":"","Expiration":{"Days":1}}]})");
  world.put("a");
  world.clock.advance(std::chrono::days(3));
  (void)world.objects->run_lifecycles();
  ASSERT_EQ(world.read().size(), 2U);
  EXPECT_EQ(world.read().back().event, Event::marked);
  EXPECT_EQ(world.read().back().cause, Cause::lifecycle);
}

TEST_F(Feed, KeepsWhatAReaderHasBeforeIt) {
  world.make_bucket();
  world.put("a");
  world.database.write([](store::Connection& connection) { join_feed(connection, "late"); });
  world.put("b");
  const auto all = world.read();
  ASSERT_EQ(all.size(), 2U);
  ASSERT_EQ(world.read("late").size(), 1U);
  world.advance(reader, all.back().position);
  EXPECT_TRUE(world.read().empty());
  EXPECT_EQ(world.read("late").front().position, all.back().position);
  world.advance("late", all.back().position);
  EXPECT_TRUE(world.read("late").empty());
  // Places do not come again, and a reader does not go back.
  world.put("c");
  EXPECT_GT(world.read().front().position, all.back().position);
  world.advance(reader, 0);
  EXPECT_EQ(world.read().size(), 1U);
}

// A bucket whose whole feed is kept: what it tells was put and not erased are the rows.
class ToldAsItIs final : public base::testing::Workload {
 public:
  void run(FaultyFiles& files, base::Random& random) override {
    try {
      auto world = std::make_unique<World>(files, random);
      world->make_bucket();
      world_ = std::move(world);
    } catch (const store::StoreError&) {
      return;
    }
    for (int step = 0; step < 8; ++step) {
      try {
        take_step(step);
      } catch (const store::StoreError&) {
      }
    }
  }
  void end() override { world_.reset(); }

  void expect_sound(FaultyFiles& files, base::Random& random) override {
    world_ = std::make_unique<World>(files, random);
    world_->make_bucket();
    compare();
    world_->put("after");
    compare();
  }

 private:
  void take_step(int step) {
    const std::string key = std::to_string(step % 3);
    if (step % 4 == 2) {
      (void)world_->erase(key);
    } else if (step % 4 == 3) {
      (void)world_->erase(key, last_);
    } else {
      last_ = world_->put(key);
    }
  }

  void compare() {
    std::set<std::pair<std::string, std::string>> told;
    for (const FeedEntry& entry : world_->read()) {
      if (entry.event == Event::erased) {
        EXPECT_EQ(told.erase({entry.key, entry.version}), 1U);
      } else {
        EXPECT_TRUE(told.insert({entry.key, entry.version}).second);
      }
    }
    std::set<std::pair<std::string, std::string>> rows;
    for (const ListedVersion& listed :
         world_->objects->list_versions(world_->alice, {.bucket = bucket}).versions) {
      rows.emplace(listed.info.key, listed.info.version);
    }
    EXPECT_EQ(told, rows);
  }

  std::unique_ptr<World> world_;
  std::string last_;
};

class FeedSurvival : public ::testing::TestWithParam<Fault> {};

TEST_P(FeedSurvival, EveryCallMayFail) {
  base::testing::survive_each_failing_call<ToldAsItIs>(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Feed, FeedSurvival,
                         ::testing::Values(Fault::once, Fault::for_good, Fault::filled));

TEST(FeedLosses, OfPower) { base::testing::survive_losses_of_power<ToldAsItIs>(60, 2); }

}  // namespace
}  // namespace millrace::objects
