// Many objects in one commit: all of them, or none; over former ones, with versions, encrypted.
#include "objects/loading.hpp"

#include "base/testing/memory_files.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/store.hpp"

#include <gtest/gtest.h>

#include <map>

namespace millrace::objects {
namespace {

class Loading : public testing::Test {
 protected:
  Loading() {
    objects->create_bucket(
        alice, {.name = "bucket", .account = "111111111111", .region = "us-east-1", .created = {}},
        {});
  }

  NewObject received(const std::string& key, const std::string& text) {
    TextReader reader(text);
    return {.key = key, .draft = receive_for(*objects, alice, *objects->bucket("bucket"), reader)};
  }

  void put(const std::map<std::string, std::string>& texts) {
    std::vector<NewObject> all;
    for (const auto& [key, text] : texts) all.push_back(received(key, text));
    put_all(*objects, alice, "bucket", std::move(all));
  }

  std::string read(const std::string& key) {
    const OpenObject open = objects->open(alice, "bucket", key);
    return base::read_all(*open.pieces.front());
  }

  std::size_t versions() {
    VersionQuery all;
    all.bucket = "bucket";
    return objects->list_versions(alice, all).versions.size();
  }

  const identity::Permit alice = permit_of("111111111111");
  base::testing::MemoryFiles files;
  base::SystemRandom random;
  base::SystemClock clock;
  std::unique_ptr<store::Database> database =
      store::open_database(files, {.path = "/data/millrace.db"});
  std::unique_ptr<store::Blobs> blobs = store::open_blobs(files, random, *database, "/data/blobs");
  std::unique_ptr<ObjectStore> objects = open_objects(*database, *blobs, clock, random);
};

TEST_F(Loading, PutsManyAsEachWouldBePutAlone) {
  const std::string large(100'000, 'x');
  put({{"a", "1"}, {"b/c", large}, {"d", ""}});
  EXPECT_EQ(read("a"), "1");
  EXPECT_EQ(read("b/c"), large);
  EXPECT_EQ(read("d"), "");
  EXPECT_EQ(objects->head(alice, "bucket", "a")->etag, "c4ca4238a0b923820dcc509a6f75849b");
  EXPECT_EQ(objects->list(alice, {.bucket = "bucket", .prefix = {}, .delimiter = {}, .after = {}})
                .objects.size(),
            3);
}

TEST_F(Loading, TakesThePlaceOfFormerObjectsAndOfOnesThatCameWithIt) {
  put({{"a", "old"}});
  std::vector<NewObject> twice;
  twice.push_back(received("a", "new"));
  twice.push_back(received("a", "newest"));
  put_all(*objects, alice, "bucket", std::move(twice));
  EXPECT_EQ(read("a"), "newest");
  EXPECT_EQ(versions(), 1);
}

TEST_F(Loading, KeepsFormerVersionsWhereTheBucketDoes) {
  objects->set_setting(alice, {.bucket = "bucket", .kind = "versioning", .id = {}}, "Enabled");
  put({{"a", "old"}});
  put({{"a", "new"}});
  EXPECT_EQ(read("a"), "new");
  EXPECT_EQ(versions(), 2);
}

TEST_F(Loading, LeavesNothingWhereItIsRefused) {
  std::vector<NewObject> all;
  all.push_back(received("a", "1"));
  all.push_back(received("b", std::string(100'000, 'x')));
  EXPECT_THROW(put_all(*objects, permit_of("222222222222"), "bucket", std::move(all)),
               ForeignBucket);
  EXPECT_EQ(objects->head(alice, "bucket", "a"), std::nullopt);
  EXPECT_EQ(versions(), 0);
}

}  // namespace
}  // namespace millrace::objects
