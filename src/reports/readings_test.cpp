// Readings counted by configuration, written down, taken up again, told once.
#include "reports/readings.hpp"

#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "objects/callers_for_test.hpp"

#include <gtest/gtest.h>

namespace millrace::reports {
namespace {

constexpr base::Timestamp noon = base::Timestamp(std::chrono::hours(24 * 20'000 + 12));
constexpr const char* account = "111111111111";

class ReadingsTest : public ::testing::Test {
 protected:
  ReadingsTest() {
    authority.opened = policy::Opened{.arn = objects::bucket_arn("b"), .account = account};
    objects->create_bucket(
        owner, {.name = "b", .account = account, .region = "us-east-1", .created = {}}, {});
    configure("all", "");
    configure("logs", "logs/");
    readings.start();
  }

  void configure(const std::string& id, const std::string& prefix) {
    const std::string filter = prefix.empty() ? "" : R"(,"Filter":{"Prefix":")" + prefix + "\"}";
    objects->set_setting(
        owner, {.bucket = "b", .kind = "analytics", .id = id},
        R"({"Id":")" + id +
            R"(","StorageClassAnalysis":{"DataExport":{"Destination":{"S3BucketDestination":)" +
            R"({"Bucket":"arn:aws:s3:::b"}}}})" + filter + "}");
  }

  static objects::ObjectInfo object(const std::string& key, std::uint64_t size, int age) {
    objects::ObjectInfo info;
    info.bucket = "b";
    info.key = key;
    info.size = size;
    info.modified = noon - std::chrono::days(age);
    return info;
  }

  const identity::Permit owner = objects::permit_of(account);
  objects::Anybody authority;
  base::testing::MemoryFiles files;
  base::SystemRandom random;
  base::ManualClock clock;
  const std::unique_ptr<store::Database> database =
      store::open_database(files, {.path = "/data/millrace.db"});
  const std::unique_ptr<store::Blobs> blobs =
      store::open_blobs(files, random, *database, "/data/blobs");
  const std::unique_ptr<objects::ObjectStore> objects =
      objects::open_objects(*database, *blobs, clock, random);
  Readings readings{*objects, authority};
};

TEST_F(ReadingsTest, AreCountedByConfigurationClassAndAge) {
  readings.note(object("logs/a", least_aged, 0), 100, noon);
  readings.note(object("b", least_aged, 20), 10, noon);
  readings.note(object("small", 5, 20), 5, noon);
  objects::ObjectInfo elsewhere = object("c", least_aged, 0);
  elsewhere.bucket = "other";
  readings.note(elsewhere, 1000, noon);
  ReadTally all = readings.tally("b", "all");
  EXPECT_EQ(all["STANDARD"].all.requests, 3U);
  EXPECT_EQ(all["STANDARD"].all.bytes, 115U);
  EXPECT_EQ(all["STANDARD"].by_age[0].bytes, 100U);
  EXPECT_EQ(all["STANDARD"].by_age[1].requests, 1U);
  EXPECT_EQ(readings.tally("b", "logs")["STANDARD"].all.requests, 1U);
  EXPECT_TRUE(readings.tally("other", "all").empty());
}

TEST_F(ReadingsTest, AreTakenUpAgainAndToldOnce) {
  readings.note(object("logs/a", least_aged, 0), 100, noon);
  readings.keep();
  readings.note(object("logs/b", least_aged, 0), 100, noon);  // what a kill forgets
  Readings next(*objects, authority);
  next.start();
  ReadTally kept = next.tally("b", "logs");
  EXPECT_EQ(kept["STANDARD"].all.requests, 1U);
  EXPECT_EQ(kept["STANDARD"].by_age[0].bytes, 100U);
  next.note(object("logs/c", least_aged, 0), 7, noon);
  next.told("b", "logs", kept);
  EXPECT_EQ(next.tally("b", "logs")["STANDARD"].all.bytes, 7U);
  Readings last(*objects, authority);
  last.start();
  EXPECT_EQ(last.tally("b", "logs")["STANDARD"].all.bytes, 7U);
}

TEST_F(ReadingsTest, GoWithTheirConfiguration) {
  readings.note(object("logs/a", least_aged, 0), 100, noon);
  objects->set_setting(owner, {.bucket = "b", .kind = "analytics", .id = "logs"}, "");
  configure("new", "logs/");
  readings.look_at("b");
  readings.note(object("logs/b", least_aged, 0), 1, noon);
  EXPECT_TRUE(readings.tally("b", "logs").empty());
  EXPECT_EQ(readings.tally("b", "new")["STANDARD"].all.bytes, 1U);
  EXPECT_EQ(readings.tally("b", "all")["STANDARD"].all.bytes, 101U);
  objects->delete_bucket(owner, "b");
  readings.keep();
}

}  // namespace
}  // namespace millrace::reports
