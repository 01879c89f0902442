// What lifecycles' rules say of a version, and what comes of it in a bucket.
#include "objects/lifecycle.hpp"

#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/object_store.hpp"
#include "objects/versioning.hpp"

#include <gtest/gtest.h>

namespace millrace::objects {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr base::Timestamp noon = base::Timestamp(std::chrono::hours(24 * 20'000 + 12));
constexpr std::uint64_t large = 1'000'000;

std::vector<LifecycleRule> rules_of(std::string_view members) {
  return parse_lifecycle(R"({"Rules":[{"ID":"r","Status":"Enabled",)" + std::string(members) +
                         "}]}");
}

ObjectInfo object(std::uint64_t size = large) {
  ObjectInfo info;
  info.key = "logs/a";
  info.size = size;
  info.modified = noon;
  info.tags = {{"keep", "no"}, {"other", "x"}};
  return info;
}

TEST(Lifecycle, DaysEndAtTheNextMidnight) {
  const auto rules = rules_of(R"("Prefix":"logs/","Expiration":{"Days":3})");
  const base::Timestamp due = noon + days(3) + hours(12);
  EXPECT_EQ(fate_of(rules, object(), {}, due - hours(1)).kind, Fate::Kind::stays);
  EXPECT_EQ(fate_of(rules, object(), {}, due).kind, Fate::Kind::expires);
  EXPECT_EQ(expiry_of(rules, object())->when, due);
  EXPECT_EQ(expiry_of(rules, object())->rule, "r");
}

TEST(Lifecycle, FiltersByPrefixTagsAndSize) {
  const auto holds = [](std::string_view filter) {
    return expiry_of(rules_of(R"("Expiration":{"Days":1},"Filter":)" + std::string(filter)),
                     object())
        .has_value();
  };
  EXPECT_TRUE(holds("{}"));
  EXPECT_TRUE(holds(R"({"Prefix":"logs/"})"));
  EXPECT_FALSE(holds(R"({"Prefix":"log/"})"));
  EXPECT_TRUE(holds(R"({"Tag":{"Key":"keep","Value":"no"}})"));
  EXPECT_FALSE(holds(R"({"Tag":{"Key":"keep","Value":"yes"}})"));
  EXPECT_TRUE(holds(R"({"ObjectSizeGreaterThan":999999})"));
  EXPECT_FALSE(holds(R"({"ObjectSizeGreaterThan":1000000})"));
  EXPECT_FALSE(holds(R"({"ObjectSizeLessThan":1000000})"));
  EXPECT_FALSE(holds(
      R"({"And":{"Prefix":"logs/","Tags":[{"Key":"keep","Value":"no"},{"Key":"b","Value":""}]}})"));
  EXPECT_TRUE(
      parse_lifecycle(R"({"Rules":[{"Status":"Disabled","Expiration":{"Days":1}}]})").empty());
}

TEST(Lifecycle, MovesDownTheClassesAndGoesBeforeThat) {
  const auto rules = rules_of(
      R"("Filter":{},"Transitions":[{"Days":30,"StorageClass":"STANDARD_IA"},{"Days":90,"StorageClass":"GLACIER"}],"Expiration":{"Days":365})");
  EXPECT_EQ(fate_of(rules, object(), {}, noon + days(31)).storage_class, "STANDARD_IA");
  EXPECT_EQ(fate_of(rules, object(), {}, noon + days(91)).storage_class, "GLACIER");
  EXPECT_EQ(fate_of(rules, object(100), {}, noon + days(91)).kind, Fate::Kind::stays);
  ObjectInfo moved = object();
  moved.traits.storage_class = "GLACIER";
  EXPECT_EQ(fate_of(rules, moved, {}, noon + days(91)).kind, Fate::Kind::stays);
  EXPECT_EQ(fate_of(rules, moved, {}, noon + days(366)).kind, Fate::Kind::expires);
}

TEST(Lifecycle, CountsNewerVersionsOfThoseThatAreNoMoreTheNewest) {
  const auto rules = rules_of(
      R"("Filter":{},"NoncurrentVersionExpiration":{"NoncurrentDays":1,"NewerNoncurrentVersions":2})");
  Standing standing{.newest = false, .alone = false, .replaced = noon, .newer_noncurrent = 1};
  EXPECT_EQ(fate_of(rules, object(), standing, noon + days(9)).kind, Fate::Kind::stays);
  standing.newer_noncurrent = 2;
  EXPECT_EQ(fate_of(rules, object(), standing, noon + hours(1)).kind, Fate::Kind::stays);
  EXPECT_EQ(fate_of(rules, object(), standing, noon + days(9)).kind, Fate::Kind::goes);
}

TEST(Lifecycle, ReadsArchivesWhileTheyAreRestored) {
  Traits traits;
  EXPECT_TRUE(is_readable(traits, noon));
  traits.storage_class = "DEEP_ARCHIVE";
  EXPECT_FALSE(is_readable(traits, noon));
  traits.restore = std::to_string((noon + days(1)).time_since_epoch().count());
  EXPECT_TRUE(is_readable(traits, noon));
  EXPECT_FALSE(is_readable(traits, noon + days(1)));
}

class LivingBucket : public ::testing::Test {
 protected:
  LivingBucket() {
    Bucket bucket;
    bucket.name = "bucket";
    bucket.account = alice.account();
    objects->create_bucket(alice, bucket, {});
  }
  void set(std::string_view kind, std::string_view document) {
    objects->set_setting(alice, {.bucket = "bucket", .kind = std::string(kind), .id = {}},
                         document);
  }
  void live_by(std::string_view members) {
    set("lifecycle", R"({"Rules":[{"ID":"r","Status":"Enabled",)" + std::string(members) + "}]}");
  }
  void put(std::string_view key) {
    TextReader reader("text");
    objects->put(alice, "bucket", key, reader, {});
  }
  std::size_t versions() {
    VersionQuery query;
    query.bucket = "bucket";
    query.limit = 100'000;
    return objects->list_versions(alice, query).versions.size();
  }
  std::vector<std::string> after(days some) {
    clock.advance(some);
    return objects->run_lifecycles();
  }

  const identity::Permit alice = permit_of("111111111111");
  base::testing::MemoryFiles files;
  base::SystemRandom random;
  base::ManualClock clock;
  std::unique_ptr<store::Database> database =
      store::open_database(files, {.path = "/data/millrace.db"});
  std::unique_ptr<store::Blobs> blobs = store::open_blobs(files, random, *database, "/data/blobs");
  std::unique_ptr<ObjectStore> objects = open_objects(*database, *blobs, clock, random);
};

TEST_F(LivingBucket, LosesWhatExpires) {
  live_by(R"("Filter":{"Prefix":"old/"},"Expiration":{"Days":1})");
  for (int key = 0; key < 2500; ++key) put("old/" + std::to_string(key));
  put("new");
  EXPECT_TRUE(after(days(0)).empty());
  EXPECT_EQ(after(days(2)), std::vector<std::string>{"lifecycle of bucket: 2500 expired, 0 erased, "
                                                     "0 moved to another storage class, 0 uploads "
                                                     "aborted"});
  EXPECT_EQ(versions(), 1U);
  EXPECT_TRUE(after(days(9)).empty());
}

TEST_F(LivingBucket, WithVersionsHidesErasesAndTidiesUp) {
  set("versioning", versioning_enabled);
  live_by(
      R"("Filter":{},"Expiration":{"Days":1},"NoncurrentVersionExpiration":{"NoncurrentDays":3})");
  put("key");
  put("key");
  EXPECT_EQ(after(days(2)).size(), 1U);  // behind a marker
  EXPECT_EQ(versions(), 3U);
  EXPECT_EQ(objects->head(alice, "bucket", "key"), std::nullopt);
  EXPECT_EQ(after(days(10)).size(), 1U);  // both are long replaced
  EXPECT_EQ(versions(), 1U);
  EXPECT_EQ(after(days(1)).size(), 1U);  // the marker hides nothing
  EXPECT_EQ(versions(), 0U);
}

TEST_F(LivingBucket, KeepsWhatIsLocked) {
  set("versioning", versioning_enabled);
  live_by(R"("Filter":{},"NoncurrentVersionExpiration":{"NoncurrentDays":1})");
  TextReader reader("text");
  PutOptions options;
  options.traits.lock.hold = "ON";
  objects->put(alice, "bucket", "key", reader, options);
  put("key");
  EXPECT_TRUE(after(days(5)).empty());
  EXPECT_EQ(versions(), 2U);
}

TEST_F(LivingBucket, AbortsUploadsThatNobodyFinishes) {
  live_by(R"("Filter":{},"AbortIncompleteMultipartUpload":{"DaysAfterInitiation":7})");
  Upload upload;
  upload.bucket = "bucket";
  upload.key = "key";
  upload = objects->begin_upload(alice, upload);
  EXPECT_TRUE(after(days(6)).empty());
  EXPECT_EQ(after(days(2)).size(), 1U);
  EXPECT_THROW(static_cast<void>(objects->upload(alice, "bucket", "key", upload.id)), NoSuchUpload);
}

}  // namespace
}  // namespace millrace::objects
