// Replication in a simulation: buckets that another one follows, and the copies that are made
// there. The model knows only which buckets are followed; what the copies have to be follows from
// the versions themselves.
#pragma once

#include "objects/replication.hpp"
#include "objects/testing/object_acts.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace millrace::objects::testing {

inline constexpr std::string_view follow_document =
    R"({"Role":"arn:aws:iam::111111111111:role/r","Rules":[{"ID":"r","Status":"Enabled","Priority":1,"Filter":{},)"
    R"("DeleteMarkerReplication":{"Status":"Enabled"},"Destination":{"Bucket":"arn:aws:s3:::copies"}}]})";

inline void make_copies_bucket(Process& process) {
  const std::string name(Process::copies);
  if (process.objects->bucket(name)) return;
  Bucket bucket{.name = name, .account = process.account, .region = Process::region, .created = {}};
  bucket.settings =
      std::make_shared<Settings>(Settings{{"versioning", std::string(versioning_enabled)}});
  process.objects->create_bucket(process.alice, bucket, {});
}

inline Act follow(Choice& choice, const World& world, const std::string& bucket) {
  if (world.at(bucket).versioning != Versioning::enabled) return put(choice, world, bucket);
  return Act{
      .name = "follow " + bucket,
      .in_model = {[](World&) {}, [=](World& after) { after.at(bucket).is_followed = true; }},
      .in_store = [=](Process& process) {
        make_copies_bucket(process);
        process.objects->set_setting(
            process.alice,
            SettingName{.bucket = bucket, .kind = std::string(replication_setting), .id = {}},
            follow_document);
      }};
}

// Changes nothing of what the model has.
inline Act replicate(Choice&, const World&, const std::string&) {
  return one_commit("replicate", [](World&) {}, [](Process& process) { process.replicate(); });
}

// Of each version that is said to be copied there is the copy, as it is; and no copy is broken.
inline std::string complaint_about_copies(Process& process, const World& world) {
  if (!process.objects->bucket(Process::copies)) return {};
  std::map<std::pair<std::string, std::string>, KeptVersion> copies;
  for (const ListedVersion& one : process.versions(std::string(Process::copies))) {
    KeptVersion copy = process.look_at(std::string(Process::copies), one);
    if (copy.put < 0 || copy.body < 0) return "a copy of " + one.info.key + " is broken";
    copies.emplace(std::pair(one.info.key, one.info.version), copy);
  }
  for (const auto& [name, bucket] : world) {
    for (const ListedVersion& one : process.versions(name)) {
      if (one.info.traits.replication != replication_completed) continue;
      const auto found = copies.find({one.info.key, one.info.version});
      if (found == copies.end()) return "a copy of " + one.info.key + " is not there";
      KeptVersion original = process.look_at(name, one);
      original.day = found->second.day;
      original.shelf = found->second.shelf;
      // A lock that is taken away stays where the copies are.
      if (original.kept_until == 0) {
        original.kept_until = found->second.kept_until;
        original.is_governed = found->second.is_governed;
      }
      if (original != found->second) {
        return "of " + to_text(original) + " the copy is " + to_text(found->second);
      }
    }
  }
  return {};
}

inline std::vector<PossibleAct> replication_acts() {
  return {{.make = follow}, {.make = replicate}};
}

}  // namespace millrace::objects::testing
