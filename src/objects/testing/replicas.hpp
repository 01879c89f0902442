// For tests of replication: buckets that replicate, over some files, all on the calling thread.
#pragma once

#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "identity/vault.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/object_store.hpp"
#include "objects/replicator.hpp"
#include "objects/versioning.hpp"
#include "store/grouped_database.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::objects::testing {

inline const std::string account = "111111111111";

// Lets a role of the account do all but what is denied.
class RoleAuthority final : public identity::Authority {
 public:
  policy::Decision decide(const policy::Question& question) override {
    using Effect = policy::Decision::Effect;
    std::function<void()> act;
    {
      const std::lock_guard lock(mutex_);
      act = std::exchange(meanwhile[question.action], nullptr);
    }
    if (act) act();
    return {.effect = denied.contains(question.action) ? Effect::implicit_deny : Effect::allowed};
  }
  std::optional<identity::Credential> credential(std::string_view) override { return std::nullopt; }
  policy::Principal assume(const identity::AssumeRequest& request) override {
    if (denied.contains("sts:AssumeRole")) throw identity::CannotAssume("no");
    policy::Principal role;
    role.kind = policy::Principal::Kind::role_session;
    role.account = account;
    role.role_arn = request.role_arn;
    return role;
  }
  identity::Credential issue(const policy::Principal&, base::Timestamp) override { return {}; }
  std::optional<policy::Principal> session_of(std::string_view, std::string_view) override {
    return std::nullopt;
  }

  std::set<std::string> denied;
  std::map<std::string, std::function<void()>> meanwhile;  // done once, when this is asked for

 private:
  std::mutex mutex_;
};

struct LastLine final : base::Log {
  void write(base::Level, std::string_view line) override { last = line; }
  std::string last;
};

// Of a configuration: all goes there, markers too.
inline std::string rule(const std::string& bucket, int priority, const std::string& more = "",
                        const std::string& of_destination = "") {
  return R"({"ID":")" + bucket + R"(","Status":"Enabled","Priority":)" + std::to_string(priority) +
         R"(,"Filter":{},"DeleteMarkerReplication":{"Status":"Enabled"},"Destination":)" +
         R"({"Bucket":"arn:aws:s3:::)" + bucket + "\"" + of_destination + "}" + more + "}";
}

struct Replicas {
  Replicas(base::Files& files, base::Random& random)
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
  LastLine log;
  RoleAuthority authority;
  base::testing::MemoryFiles vault_files;  // which does not fail
  identity::Vault vault;
  store::GroupedDatabase database;
  std::unique_ptr<store::Blobs> blobs;
  std::unique_ptr<ObjectStore> objects;
  Replicator replicator;
};

}  // namespace millrace::objects::testing
