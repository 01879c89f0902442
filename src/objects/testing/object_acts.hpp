// Acts on objects and their versions: put, tagged, erased, locked.
#pragma once

#include "objects/testing/acts.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace millrace::objects::testing {

inline Act put_at(Choice& choice, const std::string& bucket, const std::string& key,
                  const Precondition& precondition, bool is_refused) {
  const int put = choice.next();
  KeptVersion version;
  version.put = version.mark = put;
  version.body = body_of(put, false).empty() ? 0 : put;
  version.day = choice.today();
  return one_commit(
      "put " + bucket + "/" + key + " " + std::to_string(put),
      [=](World& after) {
        if (!is_refused) after.at(bucket).put(key, version);
      },
      [=](Process& process) {
        PutOptions options;
        options.tags = Process::tags(put, put);
        try {
          process.objects->put(process.alice, bucket, key,
                               process.draft(put, process.protection_of(put)), options,
                               precondition);
        } catch (const PreconditionFailed&) {
          if (!is_refused) throw std::logic_error("a put was refused");
        }
      });
}

inline Act put(Choice& choice, const World&, const std::string& bucket) {
  return put_at(choice, bucket, choice.key(), {}, false);
}

inline Act put_if_absent(Choice& choice, const World& world, const std::string& bucket) {
  const std::string at = choice.key();
  return put_at(choice, bucket, at, {.etag = std::nullopt, .absent = true},
                world.at(bucket).shows(at));
}

// Several at once, in one request.
inline Act erase(Choice& choice, const World& world, const std::string& bucket) {
  const KeptBucket& in = world.at(bucket);
  if (in.objects.empty()) return put(choice, world, bucket);
  std::vector<KeyToErase> gone;
  for (auto count = 1 + choice.below(3); count > 0; --count) {
    gone.push_back({.key = choice.any_key(in.objects), .precondition = {}});
  }
  const int today = choice.today();
  return one_commit(
      "erase in " + bucket,
      [=](World& after) {
        for (const KeyToErase& one : gone) after.at(bucket).erase(one.key, today);
      },
      [=](Process& process) { (void)process.objects->erase(process.alice, bucket, gone); });
}

// By its place among its key's, which is all that the model knows of its name.
inline Act erase_version(Choice& choice, const World& world, const std::string& bucket) {
  const KeptBucket& in = world.at(bucket);
  if (in.objects.empty()) return put(choice, world, bucket);
  const std::string key = choice.any_key(in.objects);
  const std::size_t at = choice.below(in.objects.at(key).size());
  const bool passes = choice.below(2) == 0;
  const bool is_locked = in.objects.at(key)[at].is_locked(choice.today(), passes);
  return one_commit(
      "erase a version of " + bucket + "/" + key,
      [=](World& after) {
        if (!is_locked) after.at(bucket).erase_version(key, at);
      },
      [=](Process& process) {
        const auto erasures =
            process.objects->erase(process.alice, bucket,
                                   {{.key = key,
                                     .precondition = {},
                                     .version = process.version_at(bucket, key, at),
                                     .past_governance = passes}});
        if ((erasures.front().outcome == Erased::locked) != is_locked) {
          throw std::logic_error("a lock does not hold, or holds what it should not");
        }
      });
}

inline Act tag(Choice& choice, const World& world, const std::string& bucket) {
  const std::string key = choice.key();
  if (!world.at(bucket).shows(key)) return put(choice, world, bucket);
  const int mark = choice.next();
  return one_commit(
      "tag " + bucket + "/" + key,
      [=](World& after) { after.at(bucket).objects.at(key).front().mark = mark; },
      [=](Process& process) {
        (void)process.objects->change(
            process.alice, {.bucket = bucket, .key = key}, [&](ObjectInfo& info) {
              info.tags = Process::tags(std::stoi(info.tags.at(0).second), mark);
            });
      });
}

// Retained for some days in either mode, or held, or let go of; what has a name alone, as in S3.
inline Act lock(Choice& choice, const World& world, const std::string& bucket) {
  const KeptBucket& in = world.at(bucket);
  const std::string key = choice.key();
  const auto found = in.objects.find(key);
  if (found == in.objects.end()) return put(choice, world, bucket);
  const std::size_t at = choice.below(found->second.size());
  KeptVersion version = found->second[at];
  if (version.is_null || version.is_marker) return put(choice, world, bucket);
  version.is_held = choice.below(4) == 0;
  version.kept_until =
      choice.below(3) == 0 ? 0 : choice.today() + 1 + static_cast<int>(choice.below(3));
  version.is_governed = version.kept_until > 0 && choice.below(2) == 0;
  return one_commit(
      "lock a version of " + bucket + "/" + key,
      [=](World& after) { after.at(bucket).objects.at(key).at(at) = version; },
      [=](Process& process) {
        const std::string name = process.version_at(bucket, key, at);
        (void)process.objects->change(
            process.alice, {.bucket = bucket, .key = key, .version = name}, [&](ObjectInfo& info) {
              Lock& lock = info.traits.lock;
              lock.hold = version.is_held ? hold_on : "OFF";
              lock.mode = version.kept_until == 0 ? ""
                          : version.is_governed   ? governance
                                                  : compliance;
              lock.until = version.kept_until == 0 ? base::Timestamp()
                                                   : Process::time_of(version.kept_until);
            });
      });
}

inline std::vector<PossibleAct> object_acts() {
  return {{.weight = 5, .make = put},   {.weight = 1, .make = put_if_absent},
          {.weight = 2, .make = erase}, {.weight = 2, .make = erase_version},
          {.weight = 1, .make = tag},   {.weight = 1, .make = lock}};
}

}  // namespace millrace::objects::testing
