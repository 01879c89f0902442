// Inventories on a folder in memory: files of a bounded number of rows, each row once.
#include "reports/inventories.hpp"

#include "base/gunzip.hpp"
#include "base/json.hpp"
#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "objects/callers_for_test.hpp"

#include <gtest/gtest.h>

#include <set>

namespace millrace::reports {
namespace {

using std::chrono::days;

constexpr const char* account = "111111111111";
constexpr std::string_view configuration =
    R"({"Destination":{"S3BucketDestination":{"Bucket":"arn:aws:s3:::to","Format":"CSV"}},)"
    R"("IsEnabled":true,"Id":"all","IncludedObjectVersions":"Current",)"
    R"("Schedule":{"Frequency":"Daily"}})";

class InventoriesTest : public testing::Test {
 protected:
  InventoriesTest() {
    for (const char* bucket : {"from", "to"}) {
      objects->create_bucket(
          owner, {.name = bucket, .account = account, .region = "us-east-1", .created = {}}, {});
    }
    authority.opened = policy::Opened{.arn = objects::bucket_arn("to"), .account = account};
    objects->set_setting(owner, name, configuration);
    begin(*objects, owner, name, day_of(clock.service()));
  }

  void put(const std::string& key) {
    objects::TextReader reader("text");
    objects::Objects& all = *objects;
    all.put(owner, "from", key, reader, {});
  }

  std::string read(const std::string& key) {
    objects::OpenObject open = objects->open(owner, "to", key);
    return base::read_all(*open.pieces.front());
  }

  std::vector<std::string> keys(std::string_view ending) {
    std::vector<std::string> found;
    objects::ListQuery query;
    query.bucket = "to";
    for (const auto& info : objects->list(owner, query).objects)
      if (info.key.ends_with(ending)) found.push_back(info.key);
    return found;
  }

  objects::Anybody authority;
  const identity::Permit owner = objects::permit_of(account);
  const objects::SettingName name{.bucket = "from", .kind = "inventory", .id = "all"};
  base::testing::MemoryFiles files;
  base::SystemRandom random;
  base::ManualClock clock;
  std::unique_ptr<store::Database> database =
      store::open_database(files, {.path = "/data/millrace.db"});
  std::unique_ptr<store::Blobs> blobs = store::open_blobs(files, random, *database, "/data/blobs");
  std::unique_ptr<objects::ObjectStore> objects =
      objects::open_objects(*database, *blobs, clock, random);
  Inventories inventories{{.objects = *objects,
                           .authority = authority,
                           .clock = clock,
                           .random = random,
                           .work = {},
                           .rows_of_a_file = 400}};
};

TEST_F(InventoriesTest, CutListsIntoFilesAndNameEachKeyOnce) {
  for (int number = 0; number < 1'100; ++number) put("k" + std::to_string(number));
  EXPECT_TRUE(inventories.run().empty());
  clock.advance(days(1));
  EXPECT_EQ(inventories.run(), std::vector<std::string>{"inventory all of from: 1100 listed"});
  std::set<std::string> lines;
  for (const std::string& key : keys(".csv.gz")) {
    const base::MemorySource source(read(key));
    base::SourceReader reader(source);
    base::Gunzip plain(reader);
    const std::string text = base::read_all(plain, 1 << 20);
    for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
      EXPECT_TRUE(lines.insert(text.substr(at, text.find('\n', at) - at)).second);
  }
  EXPECT_EQ(lines.size(), 1'100U);
  EXPECT_TRUE(lines.contains(R"("from","k17")"));
  const base::Value manifest = base::parse_json(read(keys("manifest.json").front()));
  EXPECT_EQ(manifest.find("files")->list().size(), 3U);
}

TEST_F(InventoriesTest, ComeOnceADayThoughTheyAreAskedForAgain) {
  clock.advance(days(1));
  EXPECT_EQ(inventories.run().size(), 1U);
  EXPECT_TRUE(inventories.run().empty());
  begin(*objects, owner, name, day_of(clock.service()));  // put again
  clock.advance(days(1));
  EXPECT_EQ(inventories.run().size(), 1U);
  forget(*objects, owner, name);
  EXPECT_EQ(progress_of(*objects, owner, name), std::nullopt);
}

TEST_F(InventoriesTest, SayWhyTheyAreNotDeliveredAndComeTheNextDay) {
  authority.opened = std::nullopt;
  clock.advance(days(1));
  const auto reports = inventories.run();
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_NE(reports.front().find("not delivered"), std::string::npos);
  authority.opened = policy::Opened{.arn = objects::bucket_arn("to"), .account = account};
  EXPECT_EQ(inventories.run(), std::vector<std::string>{"inventory all of from: 0 listed"});
}

}  // namespace
}  // namespace millrace::reports
