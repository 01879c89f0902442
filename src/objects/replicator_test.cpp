// Versions copied to other buckets: what a copy is, who may, what is refused; and that each copy is
// made once, whatever call fails and whenever the power goes.
#include "objects/replicator.hpp"

#include "base/testing/memory_files.hpp"
#include "base/testing/survival.hpp"
#include "base/virtual_clock.hpp"
#include "identity/vault.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/replication.hpp"
#include "objects/versioning.hpp"
#include "store/grouped_database.hpp"

#include <gtest/gtest.h>

#include <set>

namespace millrace::objects {
namespace {

using base::testing::Fault;
using base::testing::FaultyFiles;

const std::string account = "111111111111";

// Lets a role of the account do all but what is denied.
class RoleAuthority final : public identity::Authority {
 public:
  identity::Decision decide(const identity::Question& question) override {
    using Effect = identity::Decision::Effect;
    asked.insert(question.action);
    return {.effect = denied.contains(question.action) ? Effect::implicit_deny : Effect::allowed};
  }
  std::optional<identity::Credential> credential(std::string_view) override { return std::nullopt; }
  identity::Principal assume(const identity::AssumeRequest& request) override {
    if (denied.contains("sts:AssumeRole")) throw identity::CannotAssume("no");
    identity::Principal role;
    role.kind = identity::Principal::Kind::role_session;
    role.account = account;
    role.role_arn = request.role_arn;
    return role;
  }
  identity::Credential issue(const identity::Principal&, base::Timestamp) override { return {}; }
  std::optional<identity::Principal> session_of(std::string_view, std::string_view) override {
    return std::nullopt;
  }

  std::set<std::string> denied;
  std::set<std::string> asked;
};

struct Silence final : base::Log {
  void write(base::Level, std::string_view line) override { last = line; }
  std::string last;
};

std::string rule(const std::string& bucket, int priority, const std::string& more = "") {
  return R"({"ID":")" + bucket + R"(","Status":"Enabled","Priority":)" + std::to_string(priority) +
         R"(,"Filter":{},"DeleteMarkerReplication":{"Status":"Enabled"},"Destination":)" +
         R"({"Bucket":"arn:aws:s3:::)" + bucket + "\"}" + more + "}";
}

struct World {
  World(base::Files& files, base::Random& random)
      : vault(vault_files, random, "/data"),
        database(files, {.path = "/data/db"}),
        blobs(store::open_blobs(files, random, database, "/data/blobs")),
        objects(open_objects(database, *blobs, clock, random, {.vault = &vault, .otherwise = {}})),
        replicator(*objects, authority, log) {}

  void make(const std::string& name, const Settings& more = {}) {
    if (objects->bucket(name)) return;
    Settings settings = more;
    settings.emplace("versioning", versioning_enabled);
    Bucket bucket{.name = name,
                  .account = account,
                  .region = "us-east-1",
                  .created = {},
                  .settings = std::make_shared<Settings>(settings)};
    objects->create_bucket(alice, bucket, {});
  }

  void make_pair(const std::string& more = "") {
    make("to");
    make("from", {{"replication", document(rule("to", 1, more))}});
  }

  static std::string document(const std::string& rules) {
    return R"({"Role":"arn:aws:iam::111111111111:role/r","Rules":[)" + rules + "]}";
  }

  std::string put(const std::string& key, std::string_view text = "body",
                  const PutOptions& options = {}) {
    TextReader reader(text);
    return objects->put(alice, "from", key, reader, options).version;
  }

  std::string erase(const std::string& key, std::optional<std::string> version = std::nullopt) {
    return objects
        ->erase(alice, "from", {{.key = key, .precondition = {}, .version = std::move(version)}})
        .front()
        .version;
  }

  void tag(const std::string& bucket, const std::string& key, const std::string& value) {
    objects->change(alice, {.bucket = bucket, .key = key},
                    [&](ObjectInfo& info) { info.tags = {{"tag", value}}; });
  }

  std::optional<ObjectInfo> head(const std::string& bucket, const std::string& key) {
    return objects->head(alice, bucket, key);
  }

  std::string status(const std::string& bucket, const std::string& key) {
    const auto found = head(bucket, key);
    return found ? found->traits.replication : "absent";
  }

  std::string read(const std::string& bucket, const std::string& key) {
    OpenRange open = objects->open_range(
        alice, {.bucket = bucket, .key = key}, std::nullopt, [](const ObjectDetail& object) {
          return ByteRange{.offset = 0, .length = object.info.size};
        });
    return base::read_all(*read_pieces(std::move(open.pieces)), 1 << 24);
  }

  std::vector<ListedVersion> versions(const std::string& bucket) {
    return objects->list_versions(alice, {.bucket = bucket}).versions;
  }

  const identity::Permit alice = permit_of(account);
  base::ManualClock clock;
  Silence log;
  RoleAuthority authority;
  base::testing::MemoryFiles vault_files;  // which does not fail
  identity::Vault vault;
  store::GroupedDatabase database;
  std::unique_ptr<store::Blobs> blobs;
  std::unique_ptr<ObjectStore> objects;
  Replicator replicator;
};

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

// Puts, marks and tags, each followed by the replicator; a process that dies anywhere goes on.
class CopiedOnce final : public base::testing::Workload {
 public:
  void run(FaultyFiles& files, base::Random& random) override {
    for (int step = 0; step < 6; ++step) {
      try {
        if (!world_) open(files, random);
        take_step(step);
        world_->replicator.run();
      } catch (const store::StoreError&) {
      }
    }
  }
  void end() override { world_.reset(); }

  void expect_sound(FaultyFiles& files, base::Random& random) override {
    open(files, random);
    world_->replicator.run();
    compare();
    world_->put("after");
    world_->replicator.run();
    compare();
  }

 private:
  void open(FaultyFiles& files, base::Random& random) {
    auto world = std::make_unique<World>(files, random);
    world->make_pair();
    world_ = std::move(world);
  }

  void take_step(int step) {
    const std::string key = std::to_string(step % 2);
    if (step == 3) {
      (void)world_->erase(key);
    } else if (step == 4 && world_->head("from", key)) {
      world_->tag("from", key, "new");
    } else {
      world_->put(key, std::string(step % 2 == 0 ? 20 : 20'000, 'x'));
    }
  }

  void compare() {
    const auto here = world_->versions("from");
    const auto there = world_->versions("to");
    ASSERT_EQ(here.size(), there.size());
    for (std::size_t i = 0; i < here.size(); ++i) {
      EXPECT_EQ(here[i].info.key, there[i].info.key);
      EXPECT_EQ(here[i].info.version, there[i].info.version);
      EXPECT_EQ(here[i].marker, there[i].marker);
      EXPECT_EQ(here[i].info.tags, there[i].info.tags);
      EXPECT_EQ(here[i].info.traits.replication, "COMPLETED");
      EXPECT_EQ(there[i].info.traits.replication, "REPLICA");
    }
    for (const std::string key : {"0", "1"}) {
      if (!world_->head("from", key)) continue;
      EXPECT_EQ(world_->read("to", key), world_->read("from", key));
    }
  }

  std::unique_ptr<World> world_;
};

class ReplicationSurvival : public ::testing::TestWithParam<Fault> {};

TEST_P(ReplicationSurvival, EveryCallMayFail) {
  base::testing::survive_each_failing_call<CopiedOnce>(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Replication, ReplicationSurvival,
                         ::testing::Values(Fault::once, Fault::for_good, Fault::filled));

TEST(ReplicationLosses, OfPower) { base::testing::survive_losses_of_power<CopiedOnce>(60, 2); }

}  // namespace
}  // namespace millrace::objects
