// What a store of objects shows, as values: a model that a simulation keeps in memory, and a look
// that reads all of it.
#pragma once

#include "base/random.hpp"
#include "base/text.hpp"
#include "base/virtual_clock.hpp"
#include "objects/blob_tables.hpp"
#include "objects/callers_for_test.hpp"
#include "objects/object_store.hpp"
#include "objects/versioning.hpp"
#include "store/care.hpp"
#include "store/grouped_database.hpp"

#include <array>
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

// A version of an object, or a delete marker. Each put has a number that never comes again; a body
// tells its own, an empty one is 0.
struct KeptVersion {
  int put = 0;   // in its tag: of its put, or of the upload that it was
  int mark = 0;  // in its other tag
  int body = 0;
  bool is_marker = false;
  bool is_null = true;
  bool operator==(const KeptVersion&) const = default;
};

struct KeptUpload {
  std::string key;
  std::map<int, int> parts;  // what their bodies tell, by number
  bool operator==(const KeptUpload&) const = default;
};

struct KeptBucket {
  std::map<std::string, std::vector<KeptVersion>> objects;  // the newest first
  std::map<int, KeptUpload> uploads;                        // by the number in their tag
  int mark = 0;                                             // of its tag
  int setting = 0;                                          // of one that means nothing here
  Versioning versioning = Versioning::never;
  bool operator==(const KeptBucket&) const = default;

  // What S3 does with the null version.
  void make_room(const std::string& key) {
    auto& versions = objects[key];
    if (versioning == Versioning::never) versions.clear();
    if (versioning == Versioning::suspended) std::erase_if(versions, &is_null_version);
  }
  void put(const std::string& key, KeptVersion version) {
    make_room(key);
    version.is_null = versioning != Versioning::enabled;
    objects[key].insert(objects[key].begin(), version);
  }
  void erase(const std::string& key) {
    if (versioning == Versioning::never) {
      objects.erase(key);
    } else {
      put(key, {.is_marker = true});
    }
  }
  void erase_version(const std::string& key, std::size_t at) {
    auto& versions = objects.at(key);
    versions.erase(versions.begin() + static_cast<std::ptrdiff_t>(at));
    if (versions.empty()) objects.erase(key);
  }
  [[nodiscard]] bool shows(const std::string& key) const {
    const auto found = objects.find(key);
    return found != objects.end() && !found->second.front().is_marker;
  }
  static bool is_null_version(const KeptVersion& version) { return version.is_null; }
};

using World = std::map<std::string, KeptBucket>;

// For a test's message.
inline std::string to_text(const KeptVersion& version) {
  return (version.is_marker ? "(gone" : "(" + std::to_string(version.put)) +
         (version.is_null ? "" : " named") + " " + std::to_string(version.mark) + " " +
         std::to_string(version.body) + ")";
}

inline std::string to_text(const World& world) {
  std::string text;
  for (const auto& [name, bucket] : world) {
    text += "\n" + name + " (" + std::to_string(bucket.mark) + "):";
    for (const auto& [key, versions] : bucket.objects) {
      text += " " + key + "=";
      for (const KeptVersion& version : versions) text += to_text(version);
    }
    for (const auto& [version, upload] : bucket.uploads) {
      text += " upload " + std::to_string(version) + " of " + upload.key + ":";
      for (const auto& [number, part] : upload.parts) {
        text += " " + std::to_string(number) + "=" + std::to_string(part);
      }
    }
  }
  return text;
}

// In a segment, at the border of one, empty, in a file of its own.
inline std::string body_of(int put) {
  constexpr std::array<std::size_t, 6> sizes = {700, 0, 30'000, 16 * 1024, 16 * 1024 + 1, 50};
  const std::size_t size = sizes[static_cast<std::size_t>(put) % sizes.size()];
  std::string body = size == 0 ? "" : std::to_string(put) + " ";
  body.resize(size, static_cast<char>('a' + put % 26));
  return body;
}

// The engine over some files, all on the calling thread, as one process has it.
class Process {
 public:
  static constexpr std::uint64_t short_segment = 30'000;

  Process(base::Files& files, base::Random& random)
      : database(files, {.path = "/data/db"}),
        blobs(store::open_cared_blobs(files, random, database, "/data/blobs", short_segment)),
        objects(open_objects(database, *blobs, clock, random)),
        care(database, *blobs, files, silence,
             store::CareOptions{.folder = "/data/blobs",
                                .tables = blob_tables(),
                                .sparse_bytes = short_segment / 2,
                                .moving = [this] { objects::blobs_move(*objects); }}) {}

  Draft draft(int put) {
    const std::string body = body_of(put);
    TextReader reader(body);
    return objects->receive(reader, {&default_checksum_kind()});
  }

  static Attributes tags(int put, int mark) {
    return {{"put", std::to_string(put)}, {"mark", std::to_string(mark)}};
  }

  World look() {
    World world;
    for (const Bucket& bucket : objects->list_buckets(alice, {.account = account})) {
      KeptBucket& kept = world[bucket.name];
      const Attributes found = objects->bucket_tags(alice, bucket.name);
      if (!found.empty()) kept.mark = std::stoi(found.at(0).second);
      kept.setting = std::stoi(setting(bucket.name, "cors").value_or("0"));
      kept.versioning = versioning_of(objects->bucket(bucket.name).value());
      kept.objects = look_at_objects(bucket.name);
      for (const Upload& upload : uploads(bucket.name)) {
        kept.uploads.emplace(std::stoi(upload.options.tags.at(0).second), look_at(upload));
      }
    }
    return world;
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

  KeptVersion look_at(const std::string& bucket, const ListedVersion& listed) {
    const bool is_null = listed.info.version.empty();
    if (listed.marker) return {.is_marker = true, .is_null = is_null};
    OpenRange open = objects->open_range(
        alice, {.bucket = bucket, .key = listed.info.key, .version = listed.info.version},
        std::nullopt, [](const ObjectDetail& object) {
          return ByteRange{.offset = 0, .length = object.info.size};
        });
    const Attributes& tags = open.object.info.tags;
    const std::string body = base::read_all(*read_pieces(std::move(open.pieces)), 1 << 20);
    return {.put = std::stoi(tags.at(0).second),
            .mark = std::stoi(tags.at(1).second),
            .body = put_of(body, open.object.info.size),
            .is_marker = false,
            .is_null = is_null};
  }

  std::vector<Upload> uploads(const std::string& bucket) {
    return objects->list_uploads(alice, {.bucket = bucket}).uploads;
  }

  KeptUpload look_at(const Upload& upload) {
    KeptUpload kept{.key = upload.key, .parts = {}};
    for (const Part& part : objects->list_parts(alice, upload, {}).parts) {
      const std::string body = base::read_all(*blobs->open(part.blob));
      kept.parts[part.number] = put_of(body, part.size);
    }
    return kept;
  }

  // Negative where it is not what it says.
  static int put_of(const std::string& body, std::uint64_t size) {
    if (size == 0 && body.empty()) return 0;
    const std::string_view digits = std::string_view(body).substr(0, body.find(' '));
    const auto put = base::to_integer(digits);
    const bool is_right = put && body.size() == size && body == body_of(static_cast<int>(*put));
    return is_right ? static_cast<int>(*put) : -1;
  }

  struct Silence final : base::Log {
    void write(base::Level, std::string_view) override {}
  };

  const std::string account = "111111111111";
  const identity::Permit alice = permit_of(account);
  base::ManualClock clock;
  Silence silence;
  store::GroupedDatabase database;
  std::unique_ptr<store::CaredBlobs> blobs;
  std::unique_ptr<ObjectStore> objects;
  store::Care care;
};

}  // namespace millrace::objects::testing
