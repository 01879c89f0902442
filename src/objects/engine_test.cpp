// The engine on a folder in memory: objects, conditions, races, uploads, and who may reach what.
#include "base/encoding.hpp"
#include "base/testing/memory_files.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/object_store.hpp"
#include "objects/points.hpp"
#include "objects/store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace millrace::objects {
namespace {

class Engine : public testing::Test {
 protected:
  Engine() {
    objects->create_bucket(
        alice, {.name = "bucket", .account = "111111111111", .region = "us-east-1", .created = {}},
        {});
  }

  Draft draft(std::string_view text) {
    TextReader reader(text);
    return objects->receive(reader, {&default_checksum_kind()});
  }

  ObjectInfo put(std::string_view key, std::string_view text,
                 const Precondition& precondition = {}) {
    return objects->put(alice, "bucket", key, draft(text), {}, precondition);
  }

  std::string read(std::string_view key, std::optional<ByteRange> range = std::nullopt) {
    OpenRange open = objects->open_range(
        alice, {.bucket = "bucket", .key = key}, std::nullopt, [&](const ObjectDetail& object) {
          return range.value_or(ByteRange{.offset = 0, .length = object.info.size});
        });
    return base::read_all(*read_pieces(std::move(open.pieces)), 64 * 1024 * 1024);
  }

  Upload begin(const std::string& key) {
    Upload upload;
    upload.bucket = "bucket";
    upload.key = key;
    return objects->begin_upload(alice, upload);
  }

  ObjectInfo complete(const Upload& upload, const std::vector<Part>& parts) {
    std::vector<AskedPart> asked;
    for (const Part& part : parts) {
      asked.push_back({.number = part.number, .etag = part.etag, .checksums = {}});
    }
    return objects->complete_upload(alice, upload, asked, {}, [](const Assembly&) {});
  }

  const identity::Permit alice = permit_of("111111111111");
  const identity::Permit bob = permit_of("222222222222");
  base::testing::MemoryFiles files;
  base::SystemRandom random;
  base::SystemClock clock;
  std::unique_ptr<store::Database> database =
      store::open_database(files, {.path = "/data/millrace.db"});
  std::unique_ptr<store::Blobs> blobs = store::open_blobs(files, random, *database, "/data/blobs");
  std::unique_ptr<ObjectStore> objects = open_objects(*database, *blobs, clock, random);
};

TEST_F(Engine, KeepsAnObjectWithItsEtagAndChecksum) {
  const ObjectInfo info = put("a/b", "hello");
  EXPECT_EQ(info.etag, "5d41402abc4b2a76b9719d911017c592");
  EXPECT_EQ(info.checksums.front().second,
            base::base64(base::digest(base::HashKind::crc64nvme, "hello")));
  EXPECT_EQ(objects->head(alice, "bucket", "a/b")->etag, info.etag);
  EXPECT_EQ(read("a/b"), "hello");
  EXPECT_EQ(read("a/b", ByteRange{.offset = 1, .length = 3}), "ell");
  EXPECT_EQ(objects->head(alice, "bucket", "a"), std::nullopt);
}

TEST_F(Engine, OverwritesAtOnceAndKeepsOpenReadersTheirBytes) {
  put("key", std::string(100'000, 'x'));
  OpenObject before = objects->open(alice, "bucket", "key");
  put("key", "new");
  EXPECT_EQ(read("key"), "new");
  EXPECT_EQ(base::read_all(*before.pieces.front()), std::string(100'000, 'x'));
}

TEST_F(Engine, ShowsEachChangeOfAnObjectThatIsKeptInMemory) {
  const auto twice = [&] {
    EXPECT_EQ(read("key"), read("key"));
    return read("key");
  };
  put("key", "1");
  EXPECT_EQ(twice(), "1");
  put("key", "2");
  EXPECT_EQ(twice(), "2");
  const ObjectName key{.bucket = "bucket", .key = "key"};
  objects->change(alice, key, [](ObjectInfo& info) { info.tags = {{"a", "b"}}; });
  EXPECT_EQ(objects->look(alice, key, std::nullopt)->info.tags.size(), 1U);
  EXPECT_THROW(static_cast<void>(objects->head(bob, "bucket", "key")), ForeignBucket);
  static_cast<void>(objects->erase(alice, "bucket", {{.key = "key", .precondition = {}}}));
  EXPECT_EQ(objects->head(alice, "bucket", "key"), std::nullopt);
  EXPECT_TRUE(objects->bucket("bucket").has_value());
  objects->delete_bucket(alice, "bucket");
  EXPECT_EQ(objects->bucket("bucket"), std::nullopt);
  EXPECT_THROW(static_cast<void>(objects->head(alice, "bucket", "key")), NoSuchBucket);
}

TEST_F(Engine, APermitOpensTheForeignBucketThatItWasDecidedFor) {
  put("key", "open");
  const auto head = [&](const identity::Permit& permit) {
    return objects->head(permit, "bucket", "key").has_value();
  };
  EXPECT_TRUE(head(permit_into("arn:aws:s3:::bucket", "111111111111")));
  EXPECT_THROW(head(permit_into("arn:aws:s3:::other", "111111111111")), ForeignBucket);
  // The bucket went to another owner after the decision.
  EXPECT_THROW(head(permit_into("arn:aws:s3:::bucket", "333333333333")), ForeignBucket);
}

TEST_F(Engine, DecidesConditionsInsideTheWrite) {
  EXPECT_THROW(put("key", "1", {.etag = "*"}), NoSuchKey);
  const ObjectInfo first = put("key", "1", {.etag = {}, .absent = true});
  EXPECT_THROW(put("key", "2", {.etag = {}, .absent = true}), PreconditionFailed);
  EXPECT_THROW(put("key", "2", {.etag = "other"}), PreconditionFailed);
  EXPECT_EQ(read("key"), "1");
  put("key", "2", {.etag = first.etag});
  EXPECT_EQ(read("key"), "2");
}

TEST_F(Engine, LetsOneOfManyCreatorsWin) {
  std::atomic<int> winners = 0;
  {
    std::vector<std::jthread> racers;
    for (int racer = 0; racer < 8; ++racer) {
      racers.emplace_back([&, racer] {
        try {
          put("prize", std::to_string(racer), {.etag = {}, .absent = true});
          ++winners;
        } catch (const PreconditionFailed&) {
        }
      });
    }
  }
  EXPECT_EQ(winners, 1);
}

TEST_F(Engine, ReadsWholeVersionsWhileTheyAreOverwritten) {
  put("key", std::string(50'000, 'a'));
  std::atomic<bool> done = false;
  std::jthread writer([&] {
    for (int round = 0; round < 40; ++round) {
      put("key", std::string(50'000, round % 2 == 0 ? 'b' : 'a'));
    }
    done = true;
  });
  while (!done) {
    const std::string bytes = read("key");
    ASSERT_EQ(bytes, std::string(50'000, bytes.front()));
  }
}

TEST_F(Engine, ErasesManyInOneWriteAndSaysWhatBecameOfEach) {
  put("a", "1");
  put("b", "2");
  std::vector<Erased> outcomes;
  for (const Erasure& erasure :
       objects->erase(alice, "bucket",
                      {{.key = "a", .precondition = {}},
                       {.key = "b", .precondition = Precondition{.etag = "other"}},
                       {.key = "c", .precondition = {}},
                       {.key = "d", .precondition = Precondition{.etag = "x"}}})) {
    outcomes.push_back(erasure.outcome);
  }
  EXPECT_EQ(outcomes, (std::vector{Erased::done, Erased::precondition_failed, Erased::done,
                                   Erased::no_such_key}));
  EXPECT_EQ(objects->head(alice, "bucket", "a"), std::nullopt);
  EXPECT_EQ(read("b"), "2");
}

TEST_F(Engine, ListsWithPrefixDelimiterAndPages) {
  for (const char* key : {"a/1", "a/2", "b", "c/x/1", "c/y"}) put(key, "");
  ListQuery query{.bucket = "bucket", .prefix = {}, .delimiter = "/", .after = {}, .limit = 2};
  const Listing first = objects->list(alice, query);
  EXPECT_EQ(first.common_prefixes, std::vector<std::string>{"a/"});
  EXPECT_EQ(first.objects.front().key, "b");
  EXPECT_TRUE(first.truncated);
  query.after = first.last;
  const Listing second = objects->list(alice, query);
  EXPECT_EQ(second.common_prefixes, std::vector<std::string>{"c/"});
  EXPECT_FALSE(second.truncated);
}

TEST_F(Engine, ListsManyKeysUnderOnePrefixByLeaping) {
  constexpr int count = 100'000;
  // A hundred walks over all of them would take many times as long.
  constexpr std::chrono::seconds most{2};
  database->write([&](store::Connection& connection) {
    for (int at = 0; at < count; ++at) {
      rows::StoredObject object;
      object.detail.info.bucket = "bucket";
      object.detail.info.key = "deep/" + std::to_string(at);
      rows::insert_object(connection, object);
    }
  });
  put("z", "");
  const auto began = clock.steady();
  for (int round = 0; round < 100; ++round) {
    const Listing listing =
        objects->list(alice, {.bucket = "bucket", .prefix = {}, .delimiter = "/", .after = {}});
    ASSERT_EQ(listing.common_prefixes, std::vector<std::string>{"deep/"});
    ASSERT_EQ(listing.objects.size(), 1U);
  }
  EXPECT_LT(clock.steady() - began, most);
}

TEST_F(Engine, MakesOneObjectOfParts) {
  const Upload upload = begin("big");
  const std::string long_part(least_part_size, 'p');
  const Part first = objects->put_part(alice, upload, 1, draft(long_part));
  objects->put_part(alice, upload, 2, draft("replaced"));
  const Part second = objects->put_part(alice, upload, 2, draft("tail"));
  objects->put_part(alice, upload, 3, draft("left out"));
  const ObjectInfo info = complete(upload, {first, second});
  EXPECT_EQ(info.size, least_part_size + 4);
  EXPECT_TRUE(info.etag.ends_with("-2"));
  EXPECT_EQ(read("big"), long_part + "tail");
  EXPECT_EQ(read("big", ByteRange{.offset = least_part_size - 2, .length = 4}), "ppta");
  EXPECT_EQ(objects->look(alice, {.bucket = "bucket", .key = "big"}, 2)->part->range.length, 4U);
  EXPECT_THROW(static_cast<void>(objects->upload(alice, "bucket", "big", upload.id)), NoSuchUpload);
}

TEST_F(Engine, LeavesAnUploadAsItWasWhenItsCompletionIsRefused) {
  const Upload upload = begin("big");
  const Part part = objects->put_part(alice, upload, 1, draft("only"));
  const std::vector<AskedPart> asked = {{.number = 1, .etag = part.etag, .checksums = {}}};
  EXPECT_THROW(objects->complete_upload(alice, upload, asked, {.etag = "*"}, [](const auto&) {}),
               NoSuchKey);
  EXPECT_EQ(objects->list_parts(alice, upload, {}).parts.size(), 1U);
  complete(upload, {part});
  EXPECT_EQ(read("big"), "only");
}

TEST_F(Engine, ForgetsAnAbortedUpload) {
  const Upload upload = begin("big");
  objects->put_part(alice, upload, 1, draft("part"));
  objects->abort_upload(alice, upload);
  EXPECT_THROW(objects->put_part(alice, upload, 1, draft("late")), NoSuchUpload);
  EXPECT_THROW(static_cast<void>(objects->list_parts(alice, upload, {})), NoSuchUpload);
}

TEST_F(Engine, ListsUploadsByKeyAndThenByTime) {
  const Upload first = begin("a");
  const Upload second = begin("a");
  begin("b/1");
  begin("b/2");
  UploadQuery query{.bucket = "bucket",
                    .prefix = {},
                    .delimiter = "/",
                    .key_after = {},
                    .upload_after = {},
                    .limit = 2};
  const UploadListing page = objects->list_uploads(alice, query);
  EXPECT_EQ(page.uploads.size(), 2U);
  EXPECT_TRUE(page.truncated);
  query.key_after = page.last_key;
  query.upload_after = page.last_upload;
  EXPECT_EQ(objects->list_uploads(alice, query).common_prefixes, std::vector<std::string>{"b/"});
  query.upload_after = page.uploads.front().id;
  EXPECT_EQ(objects->list_uploads(alice, query).uploads.size(), 1U);
}

TEST_F(Engine, KeepsBucketsToTheirAccount) {
  put("key", "secret");
  EXPECT_THROW(static_cast<void>(objects->head(bob, "bucket", "key")), ForeignBucket);
  EXPECT_THROW(static_cast<void>(objects->open(bob, "bucket", "key")), ForeignBucket);
  EXPECT_THROW(objects->delete_bucket(bob, "bucket"), ForeignBucket);
  const Bucket taken{
      .name = "bucket", .account = "222222222222", .region = "eu-west-1", .created = {}};
  EXPECT_THROW(objects->create_bucket(bob, taken, {}), BucketExists);
}

TEST_F(Engine, DeletesOnlyEmptyBuckets) {
  put("key", "");
  EXPECT_THROW(objects->delete_bucket(alice, "bucket"), BucketNotEmpty);
  static_cast<void>(objects->erase(alice, "bucket", {{.key = "key", .precondition = {}}}));
  begin("unfinished");
  objects->delete_bucket(alice, "bucket");
  EXPECT_EQ(objects->bucket("bucket"), std::nullopt);
  EXPECT_THROW(put("key", ""), NoSuchBucket);
}

TEST_F(Engine, EmptiesAnAccount) {
  for (int at = 0; at < 30; ++at) put("key" + std::to_string(at), "bytes");
  begin("unfinished");
  objects->empty_account("111111111111");
  EXPECT_EQ(objects->bucket("bucket"), std::nullopt);
}

TEST_F(Engine, HoldsWhatItHeldAfterARestart) {
  put("key", std::string(20'000, 'z'));
  objects.reset();
  blobs.reset();
  database.reset();
  database = store::open_database(files, {.path = "/data/millrace.db"});
  blobs = store::open_blobs(files, random, *database, "/data/blobs");
  objects = open_objects(*database, *blobs, clock, random);
  EXPECT_EQ(read("key"), std::string(20'000, 'z'));
}

TEST(S3Uri, NamesBucketAndKey) {
  EXPECT_EQ(parse_s3_uri("s3://b/k/e/y")->key, "k/e/y");
  EXPECT_EQ(parse_s3_uri("s3://b")->bucket, "b");
  EXPECT_EQ(parse_s3_uri("s3:///k"), std::nullopt);
  EXPECT_EQ(parse_s3_uri("https://b/k"), std::nullopt);
  EXPECT_EQ(object_arn("b", "k/e"), "arn:aws:s3:::b/k/e");
}

TEST_F(Engine, AnAccountHasSoManyBuckets) {
  const auto create = [this](std::int64_t number) {
    objects->create_bucket(alice,
                           {.name = "bucket-" + std::to_string(number),
                            .account = "111111111111",
                            .region = "us-east-1",
                            .created = {}},
                           {});
  };
  for (std::int64_t number = 1; number < bucket_limit; ++number) create(number);
  EXPECT_THROW(create(bucket_limit), TooManyBuckets);
  objects->delete_bucket(alice, "bucket-1");
  EXPECT_NO_THROW(create(bucket_limit));
}

TEST_F(Engine, AnAccountHasSoManyAccessPoints) {
  const auto name = [](std::int64_t number, const std::string& region) {
    return PointName{
        .account = "111111111111", .region = region, .name = "point-" + std::to_string(number)};
  };
  const auto create = [&](std::int64_t number, const std::string& region = "us-east-1") {
    points_of(*objects).create(
        alice,
        {.name = name(number, region), .bucket = "bucket", .bucket_account = "111111111111"});
  };
  for (std::int64_t number = 0; number < points_limit; ++number) create(number);
  EXPECT_THROW(create(points_limit), TooManyPoints);
  EXPECT_NO_THROW(create(0, "eu-west-1"));
  points_of(*objects).remove(alice, name(1, "us-east-1"));
  EXPECT_NO_THROW(create(points_limit));
  objects->empty_account("111111111111");
  EXPECT_EQ(points_of(*objects).find(name(0, "us-east-1")), nullptr);
}

TEST_F(Engine, AccessPointsBelongToTheirAccounts) {
  const PointName name{.account = "111111111111", .region = "us-east-1", .name = "p"};
  const AccessPoint made = points_of(*objects).create(
      alice, {.name = name, .bucket = "bucket", .bucket_account = "111111111111"});
  EXPECT_EQ(points_of(*objects).find_alias(made.alias)->name, name);
  EXPECT_THROW(points_of(*objects).remove(bob, name), ForeignBucket);
  EXPECT_THROW(points_of(*objects).change(bob, name, [](AccessPoint&) {}), ForeignBucket);
  EXPECT_THROW(objects->delete_bucket(alice, "bucket"), BucketHasPoints);
  points_of(*objects).change(alice, name, [](AccessPoint& point) { point.policy = "{}"; });
  EXPECT_EQ(points_of(*objects).find(name)->policy, "{}");
  points_of(*objects).set_account_block(alice, PublicBlock());
  EXPECT_TRUE(points_of(*objects).find(name)->account_block.restricts_policies);
  points_of(*objects).remove(alice, name);
  EXPECT_THROW(points_of(*objects).remove(alice, name), NoSuchPoint);
  EXPECT_EQ(points_of(*objects).find_alias(made.alias), nullptr);
}

}  // namespace
}  // namespace millrace::objects
