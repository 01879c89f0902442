// Lifecycles of a simulation: the documents that a bucket may have, and what each does to the
// model, said once more without the engine's rules.
#pragma once

#include "objects/testing/world.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::objects::testing {

struct Plan {
  std::string_view document;  // the bucket's setting
  bool (*ends)(const KeptBucket&, const std::string& key, std::size_t at, int today);
  Shelf newest_to = Shelf::standard;
  Shelf former_to = Shelf::standard;
  bool hides_old = false;  // what is newest and shown, below k/
  bool aborts_old = false;
};

// Days end at the next midnight, and the clock stands at eight in the morning.
inline bool is_over(int began, int days, int today) { return today - began > days; }

inline bool is_lone_marker(const KeptBucket& bucket, const std::string& key) {
  const auto& versions = bucket.objects.at(key);
  return versions.size() == 1 && versions.front().is_marker;
}

inline const std::array<Plan, 4>& plans() {
  static constexpr auto nothing_ends = [](const KeptBucket&, const std::string&, std::size_t, int) {
    return false;
  };
  static constexpr std::array<Plan, 4> all = {{
      {.document = "", .ends = nothing_ends},
      {.document =
           R"({"Rules":[{"ID":"1","Status":"Enabled","Filter":{"Prefix":"k/"},"Expiration":{"Days":2},)"
           R"("AbortIncompleteMultipartUpload":{"DaysAfterInitiation":1}}]})",
       .ends =
           [](const KeptBucket& bucket, const std::string& key, std::size_t at, int today) {
             return key.starts_with("k/") && is_lone_marker(bucket, key) &&
                    is_over(bucket.objects.at(key)[at].day, 2, today);
           },
       .hides_old = true,
       .aborts_old = true},
      {.document =
           R"({"Rules":[{"ID":"2","Status":"Enabled","Filter":{},"Expiration":{"ExpiredObjectDeleteMarker":true},)"
           R"("NoncurrentVersionExpiration":{"NoncurrentDays":1,"NewerNoncurrentVersions":1}}]})",
       .ends =
           [](const KeptBucket& bucket, const std::string& key, std::size_t at, int today) {
             if (at < 2) return is_lone_marker(bucket, key);
             return is_over(bucket.objects.at(key)[at - 1].day, 1, today);
           }},
      {.document =
           R"({"Rules":[{"ID":"3","Status":"Enabled","Filter":{"ObjectSizeGreaterThan":0},)"
           R"("Transitions":[{"Days":1,"StorageClass":"STANDARD_IA"}],)"
           R"("NoncurrentVersionTransitions":[{"NoncurrentDays":1,"StorageClass":"GLACIER_IR"}]}]})",
       .ends = nothing_ends,
       .newest_to = Shelf::infrequent,
       .former_to = Shelf::archive},
  }};
  return all;
}

inline std::string_view class_of(Shelf shelf) {
  constexpr std::array<std::string_view, 3> names = {"STANDARD", "STANDARD_IA", "GLACIER_IR"};
  return names[static_cast<std::size_t>(shelf)];
}

namespace inside {

inline void move(const Plan& plan, std::vector<KeptVersion>& versions, int today) {
  for (std::size_t at = 0; at < versions.size(); ++at) {
    const Shelf to = at == 0 ? plan.newest_to : plan.former_to;
    const int began = at == 0 ? versions[at].day : versions[at - 1].day;
    KeptVersion& version = versions[at];
    if (version.is_marker || version.body == 0 || !is_over(began, 1, today)) continue;
    version.shelf = std::max(version.shelf, to);
  }
}

}  // namespace inside

// What is due in a bucket's versions, in one commit.
inline void carry_out_plan(KeptBucket& bucket, int today) {
  const Plan& plan = plans()[static_cast<std::size_t>(bucket.lifecycle)];
  std::vector<std::pair<std::string, std::size_t>> gone;
  std::vector<std::string> hidden;
  for (auto& [key, versions] : bucket.objects) {
    for (std::size_t at = versions.size(); at-- > 0;) {
      const bool is_free = !versions[at].is_locked(today);
      if (plan.ends(bucket, key, at, today) && is_free) gone.emplace_back(key, at);
    }
    const bool is_old = key.starts_with("k/") && is_over(versions.front().day, 2, today);
    if (plan.hides_old && is_old && bucket.shows(key)) hidden.push_back(key);
    inside::move(plan, versions, today);
  }
  for (const auto& [key, at] : gone) bucket.erase_version(key, at);
  for (const std::string& key : hidden) bucket.erase(key, today);
}

// And in its uploads, in the commit after it.
inline void abort_by_plan(KeptBucket& bucket, int today) {
  if (!plans()[static_cast<std::size_t>(bucket.lifecycle)].aborts_old) return;
  std::erase_if(bucket.uploads, [&](const auto& upload) {
    return upload.second.key.starts_with("k/") && is_over(upload.second.day, 1, today);
  });
}

}  // namespace millrace::objects::testing
