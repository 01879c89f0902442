// The engine over some files, all on the calling thread, as one process has it; and a look that
// reads all that it shows.
#pragma once

#include "base/random.hpp"
#include "base/virtual_clock.hpp"
#include "identity/vault.hpp"
#include "objects/blob_tables.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/object_store.hpp"
#include "objects/replication.hpp"
#include "objects/replicator.hpp"
#include "objects/testing/bodies.hpp"
#include "objects/testing/lifecycle_plans.hpp"
#include "objects/testing/replicas.hpp"
#include "objects/testing/world.hpp"
#include "objects/versioning.hpp"
#include "objects/wrapped_key.hpp"
#include "store/care.hpp"
#include "store/grouped_database.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::objects::testing {

class Process {
 public:
  static constexpr std::uint64_t short_segment = 30'000;
  static constexpr const char* region = "us-east-1";
  static constexpr std::string_view copies = "copies";  // the bucket that follows others

  // The clock goes on while processes come and go.
  Process(base::Files& files, base::Random& random, base::ManualClock& shared_clock)
      : clock(shared_clock),
        database(files, {.path = "/data/db"}),
        blobs(store::open_cared_blobs(files, random, database, "/data/blobs", short_segment)),
        vault(files, random, "/data"),
        seals(vault, random),
        objects(open_objects(database, *blobs, clock, random, {.vault = &vault})),
        replicator(*objects, authority, silence),
        care(database, *blobs, files, silence,
             store::CareOptions{.folder = "/data/blobs",
                                .tables = blob_tables(),
                                .sparse_bytes = short_segment / 2,
                                .moving = [this] { objects::blobs_move(*objects); }}) {}

  [[nodiscard]] Protection protection_of(int put) const {
    if (kind_of(put) == sse_c) return objects->protect_by(customer_key_of(put));
    Protection protection;
    protection.encryption.kind = kind_of(put);
    if (kind_of(put) == sse_kms) protection.encryption.key = objects->managed_key(account, region);
    return protection;
  }

  // The body of this number.
  Draft draft(int number, const Protection& protection) {
    const std::string body = body_of(number, !protection.encryption.kind.empty());
    TextReader reader(body);
    return objects->receive(reader, {&default_checksum_kind()}, put_limit, protection);
  }

  static Attributes tags(int put, int mark) {
    return {{"put", std::to_string(put)}, {"mark", std::to_string(mark)}};
  }

  World look() {
    World world;
    for (const Bucket& bucket : objects->list_buckets(alice, {.account = account})) {
      if (bucket.name == copies) continue;
      KeptBucket& kept = world[bucket.name];
      const Attributes found = objects->bucket_tags(alice, bucket.name);
      if (!found.empty()) kept.mark = std::stoi(found.at(0).second);
      kept.setting = std::stoi(setting(bucket.name, "cors").value_or("0"));
      kept.is_followed = setting(bucket.name, std::string(replication_setting)).has_value();
      kept.lifecycle = plan_of(setting(bucket.name, "lifecycle").value_or(""));
      kept.versioning = versioning_of(objects->bucket(bucket.name).value());
      kept.objects = look_at_objects(bucket.name);
      for (const Upload& upload : uploads(bucket.name)) {
        kept.uploads.emplace(put_in(upload.options.tags), look_at(upload));
      }
    }
    return world;
  }

  // All copies that are due.
  void replicate() {
    replicator.run();
    for (const Bucket& bucket : objects->list_buckets(alice, {.account = account})) {
      for (const ListedVersion& one : versions(bucket.name)) {
        if (!awaits_replication(one.info.traits.replication)) continue;
        throw std::logic_error(bucket.name + "/" + one.info.key + " still awaits its copies, " +
                               one.info.traits.replication);
      }
    }
  }

  std::optional<std::string> setting(const std::string& bucket, const std::string& kind) {
    return objects->setting(alice, SettingName{.bucket = bucket, .kind = kind, .id = {}});
  }

  // By their versions; the plain listing shows those of which the newest is no marker.
  std::map<std::string, std::vector<KeptVersion>> look_at_objects(const std::string& bucket) {
    std::map<std::string, std::vector<KeptVersion>> all;
    std::set<std::string> shown;
    for (const ListedVersion& listed : versions(bucket)) {
      auto& of_key = all[listed.info.key];
      if (of_key.empty() && !listed.marker) shown.insert(listed.info.key);
      of_key.push_back(look_at(bucket, listed));
    }
    for (const ObjectInfo& info : objects->list(alice, {.bucket = bucket}).objects) {
      if (shown.erase(info.key) == 0) throw std::logic_error(info.key + " is shown and hidden");
    }
    if (!shown.empty()) throw std::logic_error(*shown.begin() + " is not shown");
    return all;
  }

  std::vector<ListedVersion> versions(const std::string& bucket) {
    return objects->list_versions(alice, {.bucket = bucket}).versions;
  }

  // The name of the version at this place among its key's.
  std::string version_at(const std::string& bucket, const std::string& key, std::size_t at) {
    std::vector<std::string> names;
    for (const ListedVersion& listed : versions(bucket)) {
      if (listed.info.key == key) names.push_back(listed.info.version);
    }
    return names.at(at);
  }

  KeptVersion look_at(const std::string& bucket, const ListedVersion& listed) {
    KeptVersion kept;
    kept.is_null = listed.info.version.empty();
    kept.is_marker = listed.marker;
    kept.day = day_of(listed.info.modified);
    if (listed.marker) return kept;
    const ObjectInfo& info = listed.info;
    kept.put = put_in(info.tags);
    kept.mark = std::stoi(info.tags.at(1).second);
    kept.body = read(bucket, info, kept.put);
    if (to_encryption(info.traits.encryption).kind != kind_of(kept.put)) kept.put = -1;
    kept.shelf = shelf_of(info.traits.storage_class);
    const Lock& lock = info.traits.lock;
    kept.is_held = lock.hold == hold_on;
    kept.is_governed = lock.mode == governance;
    kept.kept_until = lock.mode.empty() ? 0 : day_of(lock.until);
    return kept;
  }

  std::vector<Upload> uploads(const std::string& bucket) {
    return objects->list_uploads(alice, {.bucket = bucket}).uploads;
  }

  // By the number in its tag.
  Upload upload(const std::string& bucket, int number) {
    for (Upload& upload : uploads(bucket)) {
      if (put_in(upload.options.tags) == number) return std::move(upload);
    }
    throw std::logic_error("an upload of the model is not there");
  }

  static Protection protection_of(const Upload& upload) {
    return {.encryption = to_encryption(upload.options.traits.encryption),
            .customer_key = customer_key_of(put_in(upload.options.tags))};
  }

  KeptUpload look_at(const Upload& upload) {
    KeptUpload kept{.key = upload.key, .parts = {}, .day = day_of(upload.initiated)};
    const bool is_secret = !kind_of(put_in(upload.options.tags)).empty();
    for (const Part& part : objects->list_parts(alice, upload, {}).parts) {
      auto blob = blobs->open(part.blob);
      if (is_secret) {
        blob =
            seals.open(std::move(blob), wrapped_key_in(part.blob).value(), protection_of(upload));
      }
      const std::string body = base::read_all(*blob);
      kept.parts[part.number] = body.size() == part.size ? told_by(body, is_secret) : -1;
    }
    return kept;
  }

  static constexpr base::Timestamp beginning =
      base::Timestamp(base::Milliseconds(1'800'000'000'000));
  static int day_of(base::Timestamp time) {
    return static_cast<int>(std::chrono::floor<std::chrono::days>(time - beginning).count());
  }
  static base::Timestamp time_of(int day) { return beginning + std::chrono::days(day); }
  [[nodiscard]] int today() const { return day_of(clock.service()); }

  struct Silence final : base::Log {
    void write(base::Level, std::string_view) override {}
  };

  const std::string account = "111111111111";
  const identity::Permit alice = permit_of(account);
  base::ManualClock& clock;
  Silence silence;
  store::GroupedDatabase database;
  std::unique_ptr<store::CaredBlobs> blobs;
  identity::Vault vault;
  Seals seals;
  std::unique_ptr<ObjectStore> objects;
  RoleAuthority authority;
  Replicator replicator;
  store::Care care;

 private:
  static int put_in(const Attributes& tags) { return std::stoi(tags.at(0).second); }

  int read(const std::string& bucket, const ObjectInfo& info, int put) {
    OpenRange open = objects->open_range(
        alice, {.bucket = bucket, .key = info.key, .version = info.version}, std::nullopt,
        [](const ObjectDetail& object) {
          return ByteRange{.offset = 0, .length = object.info.size};
        },
        customer_key_of(put));
    const bool is_as_listed =
        open.object.info.tags == info.tags && open.object.info.size == info.size;
    const std::string body = base::read_all(*read_pieces(std::move(open.pieces)), 1 << 20);
    return is_as_listed && body.size() == info.size ? told_by(body, !kind_of(put).empty()) : -1;
  }

  static int plan_of(const std::string& document) {
    const auto found = std::ranges::find(plans(), document, &Plan::document);
    return static_cast<int>(found - plans().begin());
  }
  static Shelf shelf_of(const std::string& storage_class) {
    for (const Shelf shelf : {Shelf::standard, Shelf::infrequent, Shelf::archive}) {
      if (class_of(shelf) == storage_class) return shelf;
    }
    throw std::logic_error("a storage class that no plan names");
  }
};

}  // namespace millrace::objects::testing
