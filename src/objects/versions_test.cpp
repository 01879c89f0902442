// Versions of objects: kept, hidden, locked, listed; and against a plain list of them.
#include "base/encoding.hpp"
#include "base/testing/memory_files.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/object_store.hpp"
#include "objects/store.hpp"
#include "objects/versioning.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace millrace::objects {
namespace {

class Versions : public ::testing::Test {
 protected:
  Versions() {
    Bucket bucket;
    bucket.name = "bucket";
    bucket.account = alice.account();
    objects->create_bucket(alice, bucket, {});
  }

  void keep_versions(std::string_view state) {
    objects->set_setting(alice, {.bucket = "bucket", .kind = "versioning", .id = {}}, state);
  }

  std::string put(std::string_view key, std::string_view text, const Traits& traits = {}) {
    TextReader reader(text);
    PutOptions options;
    options.traits = traits;
    return objects->put(alice, "bucket", key, reader, options).version;
  }

  std::string read(std::string_view key, std::optional<std::string_view> version = std::nullopt) {
    OpenRange open =
        objects->open_range(alice, {.bucket = "bucket", .key = key, .version = version},
                            std::nullopt, [](const ObjectDetail& object) {
                              return ByteRange{.offset = 0, .length = object.info.size};
                            });
    return base::read_all(*read_pieces(std::move(open.pieces)), 1024);
  }

  Erasure erase(const std::string& key, std::optional<std::string> version = std::nullopt,
                bool past_governance = false) {
    return objects
        ->erase(alice, "bucket",
                {{.key = key,
                  .precondition = {},
                  .version = std::move(version),
                  .past_governance = past_governance}})
        .front();
  }

  VersionListing list(VersionQuery query = {}) {
    query.bucket = "bucket";
    return objects->list_versions(alice, query);
  }

  const identity::Permit alice = permit_of("111111111111");
  base::testing::MemoryFiles files;
  base::SeededRandom random{1};
  base::SystemClock clock;
  std::unique_ptr<store::Database> database =
      store::open_database(files, {.path = "/data/millrace.db"});
  std::unique_ptr<store::Blobs> blobs = store::open_blobs(files, random, *database, "/data/blobs");
  std::unique_ptr<ObjectStore> objects = open_objects(*database, *blobs, clock, random);
};

TEST_F(Versions, KeepWhatIsPutOver) {
  EXPECT_EQ(put("key", "null"), "");
  keep_versions(versioning_enabled);
  const std::string first = put("key", "first");
  put("key", "second");
  EXPECT_TRUE(is_version_id(first));
  EXPECT_EQ(read("key"), "second");
  EXPECT_EQ(read("key", first), "first");
  EXPECT_EQ(read("key", ""), "null");
  EXPECT_EQ(list().versions.size(), 3U);
  EXPECT_THROW((void)read("key", make_version_id(random)), NoSuchVersion);
  EXPECT_THROW(objects->delete_bucket(alice, "bucket"), BucketNotEmpty);
}

TEST_F(Versions, AreHiddenBehindMarkersAndComeBackWhenTheseGo) {
  keep_versions(versioning_enabled);
  const std::string version = put("key", "text");
  const Erasure hidden = erase("key");
  EXPECT_TRUE(hidden.marker);
  EXPECT_THROW((void)read("key"), DeletedKey);
  EXPECT_EQ(objects->head(alice, "bucket", "key"), std::nullopt);
  EXPECT_THROW((void)read("key", hidden.version), MarkerAsked);
  EXPECT_EQ(read("key", version), "text");
  EXPECT_TRUE(objects->list(alice, {.bucket = "bucket"}).objects.empty());
  const Erasure gone = erase("key", hidden.version);
  EXPECT_TRUE(gone.marker);
  EXPECT_EQ(read("key"), "text");
  EXPECT_FALSE(erase("key", version).marker);
  EXPECT_TRUE(list().versions.empty());
  objects->delete_bucket(alice, "bucket");
}

TEST_F(Versions, SuspendedReplaceTheNullVersionAlone) {
  keep_versions(versioning_enabled);
  const std::string version = put("key", "named");
  keep_versions(versioning_suspended);
  EXPECT_EQ(put("key", "null 1"), "");
  EXPECT_EQ(put("key", "null 2"), "");
  EXPECT_EQ(list().versions.size(), 2U);
  EXPECT_EQ(erase("key").version, "");
  EXPECT_THROW((void)read("key"), DeletedKey);
  EXPECT_THROW((void)read("key", ""), MarkerAsked);
  EXPECT_EQ(erase("key", "").outcome, Erased::done);
  EXPECT_EQ(read("key"), "named");
  EXPECT_EQ(read("key", version), "named");
}

TEST_F(Versions, ThatAreLockedStay) {
  keep_versions(versioning_enabled);
  Traits traits;
  traits.lock = {.mode = "GOVERNANCE", .until = clock.service() + base::Milliseconds(3'600'000)};
  const std::string governed = put("key", "g", traits);
  traits.lock.mode = "COMPLIANCE";
  const std::string complied = put("key", "c", traits);
  const std::string held = put("key", "h", {.lock = Lock{.hold = "ON"}});
  EXPECT_TRUE(erase("key").marker);
  EXPECT_EQ(erase("key", governed).outcome, Erased::locked);
  EXPECT_EQ(erase("key", governed, true).outcome, Erased::done);
  EXPECT_EQ(erase("key", complied, true).outcome, Erased::locked);
  EXPECT_EQ(erase("key", held, true).outcome, Erased::locked);
  objects->change(alice, {.bucket = "bucket", .key = "key", .version = held},
                  [](ObjectInfo& info) { info.traits.lock.hold = "OFF"; });
  EXPECT_EQ(erase("key", held).outcome, Erased::done);
}

TEST_F(Versions, AreListedByPagesAndPrefixes) {
  keep_versions(versioning_enabled);
  for (const std::string key : {"a/1", "a/2", "b", "c"}) {
    put(key, "1");
    put(key, "2");
  }
  erase("b");
  VersionQuery query;
  query.delimiter = "/";
  VersionListing found = list(query);
  EXPECT_EQ(found.common_prefixes, std::vector<std::string>{"a/"});
  ASSERT_EQ(found.versions.size(), 5U);
  EXPECT_TRUE(found.versions[0].marker && found.versions[0].newest);
  EXPECT_FALSE(found.versions[1].newest);
  std::vector<std::string> keys;
  query = {.limit = 2};
  do {
    found = list(query);
    for (const ListedVersion& one : found.versions) {
      keys.push_back(one.info.key + (one.newest ? "*" : ""));
    }
    query.key_after = found.last_key;
    query.version_after = found.last_version;
  } while (found.truncated);
  EXPECT_EQ(keys,
            (std::vector<std::string>{"a/1*", "a/1", "a/2*", "a/2", "b*", "b", "b", "c*", "c"}));
}

TEST_F(Versions, OfOneKeyAreListedToTheLastByPages) {
  keep_versions(versioning_enabled);
  std::vector<std::string> expected;
  for (int number = 0; number < 25; ++number) expected.insert(expected.begin(), put("key", "text"));
  erase("key");
  put("later", "text");
  std::vector<std::string> found;
  VersionQuery query{.limit = 4};
  VersionListing page;
  do {
    page = list(query);
    for (const ListedVersion& one : page.versions) {
      if (!one.marker && one.info.key == "key") found.push_back(one.info.version);
    }
    query.key_after = page.last_key;
    query.version_after = page.last_version;
  } while (page.truncated);
  EXPECT_EQ(found, expected);
  EXPECT_EQ(page.last_key, "later");
}

// What S3 promises, told plainly: of each key a list, the newest first.
class Plain {
 public:
  struct One {
    std::string version;
    std::optional<std::string> text;  // none: a marker
  };

  void add(const std::string& key, One one, bool suspended) {
    auto& all = keys_[key];
    if (suspended) std::erase_if(all, [](const One& each) { return each.version.empty(); });
    all.insert(all.begin(), std::move(one));
  }
  void erase(const std::string& key, const std::string& version) {
    std::erase_if(keys_[key], [&](const One& each) { return each.version == version; });
  }
  std::optional<std::string> newest(const std::string& key) {
    const auto& all = keys_[key];
    return all.empty() ? std::nullopt : all.front().text;
  }
  std::vector<std::pair<std::string, std::string>> names() {
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [key, all] : keys_) {
      for (const One& one : all) found.emplace_back(key, one.version);
    }
    return found;
  }

 private:
  std::map<std::string, std::vector<One>> keys_;
};

TEST_F(Versions, AreWhatAPlainListOfThemIs) {
  std::mt19937 chance(7);
  Plain plain;
  bool suspended = false;
  keep_versions(versioning_enabled);
  for (int step = 0; step < 2000; ++step) {
    const std::string key(1, static_cast<char>('a' + chance() % 4));
    const auto names = plain.names();
    const auto what = chance() % 10;
    if (what < 5) {
      const std::string text = std::to_string(step);
      plain.add(key, {.version = put(key, text), .text = text}, suspended);
    } else if (what < 7) {
      plain.add(key, {.version = erase(key).version, .text = std::nullopt}, suspended);
    } else if (what < 9 && !names.empty()) {
      const auto& [of, version] = names[chance() % names.size()];
      erase(of, version);
      plain.erase(of, version);
    } else {
      suspended = !suspended;
      keep_versions(suspended ? versioning_suspended : versioning_enabled);
    }
    const auto info = objects->head(alice, "bucket", key);
    ASSERT_EQ(info.has_value(), plain.newest(key).has_value()) << "at step " << step;
    if (info) {
      ASSERT_EQ(read(key), *plain.newest(key));
    }
  }
  std::vector<std::pair<std::string, std::string>> found;
  for (const ListedVersion& one : list({.limit = 100'000}).versions) {
    found.emplace_back(one.info.key, one.info.version);
  }
  EXPECT_EQ(found, plain.names());
}

}  // namespace
}  // namespace millrace::objects
