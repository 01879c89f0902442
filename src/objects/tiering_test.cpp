// In which tier objects lie as days go by, and what reading and configurations do to that.
#include "objects/tiering.hpp"

#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "objects/accesses.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/housekeeping.hpp"

#include <gtest/gtest.h>

namespace millrace::objects {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr base::Timestamp noon = base::Timestamp(hours(24 * 20'000 + 12));

ObjectInfo object() {
  ObjectInfo info;
  info.key = "logs/a";
  info.size = least_tiered;
  info.modified = noon;
  info.traits.storage_class = intelligent_class;
  return info;
}

TieringRule rule(std::string_view members) {
  return parse_tiering(R"({"Id":"r","Status":"Enabled",)" + std::string(members) + "}").value();
}

TEST(Tiering, WhatIsNotReadSinksByItself) {
  EXPECT_EQ(tier_of(object(), noon + days(30)), Tier::frequent);
  EXPECT_EQ(tier_of(object(), noon + days(30) + hours(12)), Tier::infrequent);
  EXPECT_EQ(tier_of(object(), noon + days(90) + hours(12)), Tier::archive_instant);
  ObjectInfo read = object();
  read.traits.lying = {.archive = {}, .accessed = noon + days(80)};
  EXPECT_EQ(tier_of(read, noon + days(91)), Tier::frequent);
  ObjectInfo small = object();
  --small.size;
  EXPECT_EQ(tier_of(small, noon + days(999)), Tier::frequent);
}

TEST(Tiering, ConfigurationsArchiveWhatTheySpeakOf) {
  const std::vector<TieringRule> rules = {
      rule(
          R"("Filter":{"Prefix":"logs/"},"Tierings":[{"Days":100,"AccessTier":"ARCHIVE_ACCESS"}])"),
      rule(R"("Tierings":[{"Days":200,"AccessTier":"DEEP_ARCHIVE_ACCESS"}])")};
  EXPECT_EQ(archive_due(rules, object(), noon + days(100)), "");
  EXPECT_EQ(archive_due(rules, object(), noon + days(101)), archive_access);
  EXPECT_EQ(archive_due(rules, object(), noon + days(201)), deep_archive_access);
  ObjectInfo other = object();
  other.key = "else";
  EXPECT_EQ(archive_due(rules, other, noon + days(101)), "");
  ObjectInfo archived = object();
  archived.traits.lying = {.archive = std::string(archive_access), .accessed = {}};
  EXPECT_EQ(archive_due(rules, archived, noon + days(101)), "");
  EXPECT_EQ(archive_due(rules, archived, noon + days(201)), deep_archive_access);
  EXPECT_EQ(tier_of(archived, noon), Tier::archive);
  EXPECT_THROW(check_readable(archived, noon), ArchivedByTier);
  archived.traits.lying = {.archive = std::string(deep_archive_access), .accessed = {}};
  EXPECT_EQ(archive_due(rules, archived, noon + days(999)), "");
  ObjectInfo standard = object();
  standard.traits.storage_class = standard_class;
  EXPECT_EQ(archive_due(rules, standard, noon + days(999)), "");
  EXPECT_FALSE(parse_tiering(R"({"Status":"Disabled","Tierings":[]})"));
}

TEST(Accesses, AreNotedOnceAndNoMoreThanThereIsRoomFor) {
  Accesses accesses;
  for (const std::int64_t id : {1, 2, 1}) accesses.note({.id = id});
  EXPECT_EQ(accesses.take().size(), 2U);
  EXPECT_TRUE(accesses.take().empty());
  for (std::size_t id = 0; id <= accesses_limit; ++id)
    accesses.note({.id = static_cast<std::int64_t>(id)});
  EXPECT_EQ(accesses.take().size(), accesses_limit);
}

class TieredBucket : public testing::Test {
 protected:
  TieredBucket() {
    objects->create_bucket(
        owner, {.name = "bucket", .account = "111111111111", .region = "us-east-1", .created = {}},
        {});
    objects->set_setting(
        owner, {.bucket = "bucket", .kind = std::string(tiering_setting), .id = "all"},
        R"({"Status":"Enabled","Tierings":[{"Days":90,"AccessTier":"ARCHIVE_ACCESS"}]})");
    const std::string bytes(least_tiered, 'x');
    TextReader reader(bytes);
    PutOptions options;
    options.traits.storage_class = intelligent_class;
    Objects& all = *objects;
    all.put(owner, "bucket", "key", reader, options);
  }

  ObjectInfo info() { return objects->head(owner, "bucket", "key").value(); }

  const identity::Permit owner = permit_of("111111111111");
  base::testing::MemoryFiles files;
  base::SystemRandom random;
  base::ManualClock clock;
  std::unique_ptr<store::Database> database =
      store::open_database(files, {.path = "/data/millrace.db"});
  std::unique_ptr<store::Blobs> blobs = store::open_blobs(files, random, *database, "/data/blobs");
  std::unique_ptr<ObjectStore> objects = open_objects(*database, *blobs, clock, random);
};

TEST_F(TieredBucket, ReadingAnObjectKeepsItFromTheArchive) {
  clock.advance(days(60));
  EXPECT_EQ(tier_of(info(), clock.service()), Tier::infrequent);
  static_cast<void>(objects->open(owner, "bucket", "key"));
  EXPECT_EQ(tier_of(info(), clock.service()), Tier::infrequent);  // not written down yet
  keep_accesses(*objects);
  EXPECT_EQ(tier_of(info(), clock.service()), Tier::frequent);
  clock.advance(days(60));
  EXPECT_TRUE(run_tiering(*objects).empty());
  clock.advance(days(31));
  EXPECT_EQ(run_tiering(*objects),
            std::vector<std::string>{"intelligent tiering of bucket: 1 archived"});
  EXPECT_EQ(tier_of(info(), clock.service()), Tier::archive);
  EXPECT_THROW(static_cast<void>(objects->open(owner, "bucket", "key")), Archived);
  EXPECT_TRUE(run_tiering(*objects).empty());
}

TEST_F(TieredBucket, AReadingOfTheSameDayIsWrittenOnce) {
  const ObjectInfo before = info();
  static_cast<void>(objects->open(owner, "bucket", "key"));
  keep_accesses(*objects);
  EXPECT_EQ(info().traits, before.traits);  // born today
  clock.advance(days(1));
  static_cast<void>(objects->open(owner, "bucket", "key"));
  keep_accesses(*objects);
  const base::Timestamp noted = info().traits.lying.accessed;
  EXPECT_EQ(noted, std::chrono::floor<days>(clock.service()));
}

}  // namespace
}  // namespace millrace::objects
