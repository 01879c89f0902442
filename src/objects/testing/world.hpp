// What a store of objects shows, as values: the model that a simulation keeps in memory.
#pragma once

#include "objects/versioning.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace millrace::objects::testing {

// Storage classes, from left to right as lifecycles move versions.
enum class Shelf { standard, infrequent, archive };

// A version of an object, or a delete marker. Each put has a number that never comes again; a body
// tells its own, an empty one is 0. Days count from the beginning of the simulation.
struct KeptVersion {
  int put = 0;   // in its tag: of its put, or of the upload that it was
  int mark = 0;  // in its other tag
  int body = 0;
  bool is_marker = false;
  bool is_null = true;
  int day = 0;  // when it was made
  Shelf shelf = Shelf::standard;
  int kept_until = 0;  // the day; 0: not retained
  bool is_governed = false;
  bool is_held = false;
  bool operator==(const KeptVersion&) const = default;

  [[nodiscard]] bool is_locked(int today, bool past_governance = false) const {
    return is_held || (kept_until > today && !(is_governed && past_governance));
  }
};

struct KeptUpload {
  std::string key;
  std::map<int, int> parts = {};  // what their bodies tell, by number
  int day = 0;
  bool operator==(const KeptUpload&) const = default;
};

struct KeptBucket {
  std::map<std::string, std::vector<KeptVersion>> objects;  // the newest first
  std::map<int, KeptUpload> uploads;                        // by the number in their tag
  int mark = 0;                                             // of its tag
  int setting = 0;                                          // of one that means nothing here
  int lifecycle = 0;                                        // the number of its plan
  bool is_followed = false;                                 // its versions are copied
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
  void erase(const std::string& key, int today) {
    if (versioning == Versioning::never) {
      objects.erase(key);
      return;
    }
    KeptVersion marker;
    marker.is_marker = true;
    marker.day = today;
    put(key, marker);
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
  std::string text = version.is_marker ? "(gone" : "(" + std::to_string(version.put);
  if (!version.is_null) text += " named";
  text += " " + std::to_string(version.mark) + " " + std::to_string(version.body) + " day " +
          std::to_string(version.day);
  if (version.shelf != Shelf::standard) {
    text += " shelf " + std::to_string(static_cast<int>(version.shelf));
  }
  if (version.kept_until > 0) text += " until " + std::to_string(version.kept_until);
  return text + (version.is_held ? " held)" : ")");
}

inline std::string to_text(const World& world) {
  std::string text;
  for (const auto& [name, bucket] : world) {
    text += "\n" + name + " (" + std::to_string(bucket.mark) + ", plan " +
            std::to_string(bucket.lifecycle) + (bucket.is_followed ? ", followed" : "") + "):";
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

}  // namespace millrace::objects::testing
