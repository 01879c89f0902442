// Versions copied to other buckets: what a copy is, who may, and what is refused.
#include "objects/replication.hpp"
#include "objects/testing/replicas.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace millrace::objects {
namespace {

using testing::rule;
using World = testing::Replicas;

class Replicating : public ::testing::Test {
 protected:
  base::testing::MemoryFiles files;
  base::SeededRandom random{1};
  World world{files, random};
};

TEST_F(Replicating, CopiesAVersionWithAllThatIsSaidOfIt) {
  world.make_pair();
  PutOptions options;
  options.content_type = "text/plain";
  options.user = {{"a", "b"}};
  options.tags = {{"tag", "x"}};
  options.traits.storage_class = "STANDARD_IA";
  const std::string version = world.put("k", std::string(100'000, 'x'), options);
  EXPECT_EQ(world.status("from", "k"), "PENDING");
  world.clock.advance(std::chrono::hours(1));
  world.replicator.run();
  EXPECT_EQ(world.status("from", "k"), "COMPLETED");
  const ObjectInfo was = world.head("from", "k").value();
  const ObjectInfo copy = world.head("to", "k").value();
  EXPECT_EQ(copy.version, version);
  EXPECT_EQ(copy.etag, was.etag);
  EXPECT_EQ(copy.modified, was.modified);
  EXPECT_EQ(copy.content_type, "text/plain");
  EXPECT_EQ(copy.user, was.user);
  EXPECT_EQ(copy.tags, was.tags);
  EXPECT_EQ(copy.checksums, was.checksums);
  EXPECT_EQ(copy.traits.storage_class, "STANDARD_IA");
  EXPECT_EQ(copy.traits.replication, "REPLICA");
  EXPECT_EQ(world.read("to", "k"), std::string(100'000, 'x'));
  // Nothing is done twice.
  world.replicator.run();
  EXPECT_EQ(world.versions("to").size(), 1U);
}

TEST_F(Replicating, KeepsThePartsOfAnUpload) {
  world.make_pair();
  Upload wanted;
  wanted.bucket = "from";
  wanted.key = "k";
  const Upload upload = world.objects->begin_upload(world.alice, wanted);
  std::vector<AskedPart> asked;
  const std::string first(5 * 1024 * 1024, 'a');
  for (const std::string& text : {first, std::string("end")}) {
    TextReader reader(text);
    const int number = static_cast<int>(asked.size()) + 1;
    const Part part = world.objects->put_part(
        world.alice, upload, number, world.objects->receive(reader, {&default_checksum_kind()}));
    asked.push_back({.number = number, .etag = part.etag, .checksums = {}});
  }
  world.objects->complete_upload(world.alice, upload, asked, {}, [](const Assembly&) {});
  world.replicator.run();
  EXPECT_EQ(world.head("to", "k").value().etag, world.head("from", "k").value().etag);
  EXPECT_EQ(world.read("to", "k"), first + "end");
  const auto parts = world.objects->parts_of(world.alice, {.bucket = "to", .key = "k"}, {}).parts;
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[1].range.offset, first.size());
  EXPECT_EQ(
      parts[1].checksums,
      world.objects->parts_of(world.alice, {.bucket = "from", .key = "k"}, {}).parts[1].checksums);
}

TEST_F(Replicating, CopiesMarkersAndNoErasure) {
  world.make_pair();
  const std::string version = world.put("k");
  const std::string marker = world.erase("k");
  world.replicator.run();
  auto there = world.versions("to");
  ASSERT_EQ(there.size(), 2U);
  EXPECT_TRUE(there[0].marker);
  EXPECT_EQ(there[0].info.version, marker);
  EXPECT_FALSE(world.head("to", "k"));
  world.erase("k", marker);
  world.erase("k", version);
  world.replicator.run();
  EXPECT_EQ(world.versions("to").size(), 2U);
}

TEST_F(Replicating, WhatALifecycleDoesStays) {
  world.make_pair();
  world.objects->set_setting(
      world.alice, {.bucket = "from", .kind = "lifecycle", .id = {}},
      R"({"Rules":[{"ID":"r","Status":"Enabled","Prefix":"","Expiration":{"Days":1}}]})");
  world.put("k");
  world.clock.advance(std::chrono::days(3));
  // Nothing goes that waits for its copies.
  EXPECT_TRUE(world.objects->run_lifecycles().empty());
  world.replicator.run();
  EXPECT_FALSE(world.objects->run_lifecycles().empty());
  world.replicator.run();
  EXPECT_EQ(world.status("from", "k"), "absent");
  EXPECT_EQ(world.status("to", "k"), "REPLICA");
}

TEST_F(Replicating, ChangesFollow) {
  world.make_pair();
  world.put("k");
  world.replicator.run();
  world.tag("from", "k", "new");
  EXPECT_EQ(world.status("from", "k"), "COMPLETED/PENDING");
  world.objects->change(world.alice, {.bucket = "from", .key = "k"},
                        [](ObjectInfo& info) { info.traits.lock.hold = "ON"; });
  world.replicator.run();
  EXPECT_EQ(world.status("from", "k"), "COMPLETED");
  EXPECT_EQ(world.head("to", "k").value().tags, (Attributes{{"tag", "new"}}));
  EXPECT_EQ(world.head("to", "k").value().traits.lock.hold, "ON");
  // What is changed of a replica does not, unless a rule takes it.
  world.tag("to", "k", "other");
  world.replicator.run();
  EXPECT_EQ(world.status("to", "k"), "REPLICA");
  EXPECT_EQ(world.head("from", "k").value().tags, (Attributes{{"tag", "new"}}));
}

TEST_F(Replicating, ChangesOfReplicasGoBackWhereARuleTakesThem) {
  const std::string both =
      R"(,"SourceSelectionCriteria":{"ReplicaModifications":{"Status":"Enabled"}})";
  world.make_pair(both);
  world.objects->set_setting(world.alice, {.bucket = "to", .kind = "replication", .id = {}},
                             World::document(rule("from", 1, both)));
  world.put("k");
  world.replicator.run();
  EXPECT_EQ(world.status("to", "k"), "REPLICA");
  world.tag("to", "k", "there");
  EXPECT_EQ(world.status("to", "k"), "REPLICA/PENDING");
  world.replicator.run();
  EXPECT_EQ(world.status("to", "k"), "REPLICA");
  EXPECT_EQ(world.status("from", "k"), "COMPLETED");
  EXPECT_EQ(world.head("from", "k").value().tags, (Attributes{{"tag", "there"}}));
}

TEST_F(Replicating, ReplicasAreNotReplicatedAgain) {
  world.make("third");
  world.make("to", {{"replication", World::document(rule("third", 1))}});
  world.make("from", {{"replication", World::document(rule("to", 1))}});
  world.put("k");
  world.replicator.run();
  world.replicator.run();
  EXPECT_EQ(world.status("to", "k"), "REPLICA");
  EXPECT_TRUE(world.versions("third").empty());
}

TEST_F(Replicating, AllDestinationsOrFailed) {
  world.make("to");
  world.make("other");
  world.make("from", {{"replication", World::document(rule("to", 1) + "," + rule("other", 2))}});
  world.put("k");
  world.replicator.run();
  EXPECT_EQ(world.status("from", "k"), "COMPLETED");
  EXPECT_EQ(world.status("to", "k"), "REPLICA");
  EXPECT_EQ(world.status("other", "k"), "REPLICA");
  world.objects->set_setting(world.alice, {.bucket = "other", .kind = "versioning", .id = {}},
                             versioning_suspended);
  world.put("l");
  world.replicator.run();
  EXPECT_EQ(world.status("from", "l"), "FAILED");
  EXPECT_EQ(world.status("to", "l"), "REPLICA");
  EXPECT_TRUE(world.log.last.ends_with("DstBucketUnversioned")) << world.log.last;
  const std::string failed = world.head("from", "l").value().version;
  EXPECT_EQ(replication_failure(*world.objects, {.bucket = "from", .key = "l", .version = failed}),
            "DstBucketUnversioned");
}

TEST_F(Replicating, FailsWhereTheRoleMayNot) {
  world.make_pair();
  for (const auto& [action, reason] : std::vector<std::pair<std::string, std::string>>{
           {"sts:AssumeRole", "AssumeRoleNotPermitted"},
           {"s3:GetObjectVersionAcl", "SrcGetAclNotPermitted"},
           {"s3:ReplicateObject", "DstPutObjectNotPermitted"}}) {
    world.authority.denied = {action};
    world.put("k");
    world.replicator.run();
    EXPECT_EQ(world.status("from", "k"), "FAILED") << action;
    EXPECT_TRUE(world.log.last.ends_with(reason)) << world.log.last;
  }
  world.authority.denied = {"s3:ReplicateDelete"};
  world.erase("k");
  world.replicator.run();
  EXPECT_TRUE(world.log.last.ends_with("DstDelObjNotPermitted")) << world.log.last;
  EXPECT_TRUE(world.versions("to").empty());
  // Reading is enough for what no key of KMS seals; without the tags' permission they stay.
  world.authority.denied = {"s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"};
  PutOptions options;
  options.tags = {{"tag", "x"}};
  world.put("l", "body", options);
  world.replicator.run();
  EXPECT_EQ(world.status("from", "l"), "COMPLETED");
  EXPECT_TRUE(world.head("to", "l").value().tags.empty());
}

TEST_F(Replicating, WhatCameToNothingIsPassed) {
  world.make_pair();
  const std::string version = world.put("k");
  world.erase("k", version);
  world.replicator.run();
  EXPECT_TRUE(world.versions("to").empty());
  world.put("l");
  world.objects->set_setting(world.alice, {.bucket = "from", .kind = "replication", .id = {}}, "");
  world.replicator.run();
  EXPECT_EQ(world.status("from", "l"), "FAILED");
  world.put("m");
  EXPECT_EQ(world.status("from", "m"), "");
}

TEST_F(Replicating, AChangeThatComesMeanwhileIsNotLost) {
  world.make_pair();
  world.put("k");
  world.authority.meanwhile["s3:ReplicateObject"] = [&] { world.tag("from", "k", "late"); };
  world.replicator.run();
  EXPECT_EQ(world.status("from", "k"), "COMPLETED");
  EXPECT_EQ(world.head("to", "k").value().tags, (Attributes{{"tag", "late"}}));
  EXPECT_EQ(world.versions("to").size(), 1U);
  world.put("l");
  world.authority.meanwhile["s3:ReplicateObject"] = [&] {
    world.objects->set_setting(world.alice, {.bucket = "from", .kind = "replication", .id = {}},
                               "");
    world.tag("from", "l", "late");
  };
  world.replicator.run();
  EXPECT_EQ(world.status("from", "l"), "FAILED");
  world.replicator.run();
  EXPECT_EQ(world.status("from", "l"), "FAILED");
}

TEST_F(Replicating, AVersionThatGoesMeanwhileIsNotCopied) {
  world.make_pair();
  const std::string version = world.put("k");
  world.authority.meanwhile["s3:ReplicateObject"] = [&] { world.erase("k", version); };
  world.replicator.run();
  EXPECT_TRUE(world.versions("to").empty());
  world.put("l");
  world.authority.meanwhile["s3:ReplicateObject"] = [&] {
    world.objects->delete_bucket(world.alice, "to");
  };
  world.replicator.run();
  EXPECT_EQ(world.status("from", "l"), "FAILED");
  EXPECT_TRUE(world.log.last.ends_with("DstBucketNotFound")) << world.log.last;
}

TEST_F(Replicating, SealedBodiesStaySealed) {
  world.make_pair();
  const std::string text(200'000, 's');
  PutOptions options;
  options.traits.encryption = {{"kind", std::string(sse_s3)}};
  world.put("aes", text, options);
  const std::string key(32, 'k');
  TextReader reader(text);
  Draft draft = world.objects->receive(reader, {}, put_limit, world.objects->protect_by(key));
  const std::string etag = draft.etag;
  world.objects->put(world.alice, "from", "own", std::move(draft), {}, {});
  world.replicator.run();
  EXPECT_EQ(to_encryption(world.head("to", "aes").value().traits.encryption).kind, sse_s3);
  EXPECT_EQ(world.read("to", "aes"), text);
  EXPECT_EQ(world.head("to", "own").value().etag, etag);
  OpenRange open = world.objects->open_range(
      world.alice, {.bucket = "to", .key = "own"}, std::nullopt,
      [](const ObjectDetail& object) { return ByteRange{.offset = 0, .length = object.info.size}; },
      key);
  EXPECT_EQ(base::read_all(*read_pieces(std::move(open.pieces)), 1 << 20), text);
  for (const auto& [path, size] : files.sizes()) {
    const auto file = files.open(path, base::Open::read);
    EXPECT_EQ(base::read_all(*file).find("ssssssss"), std::string::npos) << path;
  }
}

TEST_F(Replicating, PlainVersionsAreSealedWhereTheDestinationSealsAll) {
  world.make("to", {{"encryption",
                     R"({"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms"}})"}});
  world.make("from", {{"replication", World::document(rule("to", 1))}});
  world.put("k", "some text");
  world.replicator.run();
  const ObjectInfo copy = world.head("to", "k").value();
  EXPECT_EQ(to_encryption(copy.traits.encryption).kind, sse_kms);
  EXPECT_NE(copy.etag, world.head("from", "k").value().etag);
  EXPECT_EQ(world.read("to", "k"), "some text");
}

TEST_F(Replicating, LocksGoAlongAndTheDestinationsDefaultHoldsElse) {
  const std::string lock =
      R"({"ObjectLockEnabled":"Enabled","Rule":{"DefaultRetention":{"Mode":"GOVERNANCE","Days":1}}})";
  world.make("to", {{"lock", lock}});
  world.make("from", {{"replication", World::document(rule("to", 1))},
                      {"lock", R"({"ObjectLockEnabled":"Enabled"})"}});
  PutOptions options;
  options.traits.lock.mode = "COMPLIANCE";
  options.traits.lock.until = world.clock.service() + std::chrono::hours(5);
  world.put("locked", "x", options);
  world.put("free");
  world.replicator.run();
  EXPECT_EQ(world.head("to", "locked").value().traits.lock, options.traits.lock);
  EXPECT_EQ(world.head("to", "free").value().traits.lock.mode, "GOVERNANCE");
  world.make("unlocked");
  world.objects->set_setting(world.alice, {.bucket = "from", .kind = "replication", .id = {}},
                             World::document(rule("unlocked", 1)));
  world.put("other");
  world.replicator.run();
  EXPECT_TRUE(world.log.last.ends_with("DstBucketObjectLockConfigMissing")) << world.log.last;
}

TEST_F(Replicating, OneThatTakesLongHoldsUpNoOther) {
  world.make_pair();
  world.database.start();
  Replicator replicator(*world.objects, world.authority, world.log, nullptr, 4);
  const auto copied = [&] { return world.versions("to").size(); };
  constexpr std::size_t others = 20;
  for (std::size_t number = 0; number <= others; ++number) world.put(std::to_string(number));
  // Whichever is decided first waits until all the others are there.
  world.authority.meanwhile["s3:ReplicateObject"] = [&] {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (copied() < others && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    EXPECT_EQ(copied(), others);
  };
  replicator.run();
  EXPECT_EQ(copied(), others + 1);
}

TEST_F(Replicating, KeepsTheOrderOfAKeyOnManyThreads) {
  world.make_pair();
  world.database.start();
  Replicator replicator(*world.objects, world.authority, world.log, nullptr, 4);
  for (int number = 0; number < 120; ++number) {
    const std::string key = std::to_string(number % 6);
    world.put(key, std::string(static_cast<std::size_t>(number) * 100, 'x'));
    if (number % 20 == 19) world.erase(key);
    if (number % 7 == 6 && world.head("from", key)) world.tag("from", key, std::to_string(number));
    if (number % 30 == 29) replicator.run();
  }
  replicator.run();
  const auto here = world.versions("from");
  const auto there = world.versions("to");
  ASSERT_EQ(here.size(), there.size());
  for (std::size_t at = 0; at < here.size(); ++at) {
    EXPECT_EQ(here[at].info.version, there[at].info.version);
    EXPECT_EQ(here[at].info.tags, there[at].info.tags);
    EXPECT_EQ(here[at].info.traits.replication, "COMPLETED");
  }
  const auto left = world.database.read([](store::Connection& connection) {
    return read_feed(connection, "replication", 10).size();
  });
  EXPECT_EQ(left, 0U);
}

TEST_F(Replicating, WhatOneFailsAtIsDoneTheNextTime) {
  world.make_pair();
  world.database.start();
  Replicator replicator(*world.objects, world.authority, world.log, nullptr, 4);
  for (int number = 0; number < 50; ++number) world.put(std::to_string(number));
  world.authority.meanwhile["s3:ReplicateObject"] = [] { throw store::StoreError("for once"); };
  EXPECT_THROW(replicator.run(), store::StoreError);
  replicator.run();
  EXPECT_EQ(world.versions("to").size(), 50U);
}

TEST_F(Replicating, StopsBetweenVersionsAndGoesOnThere) {
  world.make_pair();
  world.put("k");
  std::stop_source stop;
  stop.request_stop();
  world.replicator.run(stop.get_token());
  EXPECT_EQ(world.status("from", "k"), "PENDING");
  world.replicator.run();
  EXPECT_EQ(world.status("from", "k"), "COMPLETED");
}

}  // namespace
}  // namespace millrace::objects
