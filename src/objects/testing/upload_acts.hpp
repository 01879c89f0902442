// Acts on multipart uploads.
#pragma once

#include "objects/testing/object_acts.hpp"

#include <string>
#include <vector>

namespace millrace::objects::testing {

inline Act begin_upload(Choice& choice, const std::string& bucket) {
  const int number = choice.next();
  const KeptUpload kept{.key = choice.key(), .parts = {}, .day = choice.today()};
  return one_commit(
      "begin an upload " + std::to_string(number),
      [=](World& after) { after.at(bucket).uploads[number] = kept; },
      [=](Process& process) {
        Upload upload;
        upload.bucket = bucket;
        upload.key = kept.key;
        upload.options.tags = Process::tags(number, number);
        upload.options.traits.encryption = to_attributes(process.protection_of(number).encryption);
        (void)process.objects->begin_upload(process.alice, upload);
      });
}

inline Act begin_or_abort(Choice& choice, const World& world, const std::string& bucket) {
  const KeptBucket& in = world.at(bucket);
  if (in.uploads.size() < 2) return begin_upload(choice, bucket);
  const int number = choice.any_key(in.uploads);
  return one_commit(
      "abort " + std::to_string(number),
      [=](World& after) { after.at(bucket).uploads.erase(number); },
      [=](Process& process) {
        process.objects->abort_upload(process.alice, process.upload(bucket, number));
      });
}

inline Act put_part(Choice& choice, const World& world, const std::string& bucket) {
  const KeptBucket& in = world.at(bucket);
  if (in.uploads.empty()) return begin_upload(choice, bucket);
  const int number = choice.any_key(in.uploads);
  const int body = choice.next();
  const int place = 1 + static_cast<int>(choice.below(3));
  return one_commit(
      "put a part of " + std::to_string(number),
      [=](World& after) {
        after.at(bucket).uploads.at(number).parts[place] = body_of(body, false).empty() ? 0 : body;
      },
      [=](Process& process) {
        const Upload upload = process.upload(bucket, number);
        (void)process.objects->put_part(process.alice, upload, place,
                                        process.draft(body, Process::protection_of(upload)));
      });
}

// With one of its parts, as others but the last have to be larger; the rest of them is erased.
inline Act complete(Choice& choice, const std::string& bucket, int number, const KeptUpload& kept) {
  const auto [place, body] = *kept.parts.rbegin();
  KeptVersion version;
  version.put = version.mark = number;
  version.body = body;
  version.day = choice.today();
  return one_commit(
      "complete " + std::to_string(number),
      [=](World& after) {
        after.at(bucket).uploads.erase(number);
        after.at(bucket).put(kept.key, version);
      },
      [=, place = place](Process& process) {
        const Upload found = process.upload(bucket, number);
        std::vector<AskedPart> asked;
        for (const Part& part : process.objects->list_parts(process.alice, found, {}).parts) {
          if (part.number != place) continue;
          asked.push_back({.number = place, .etag = part.etag, .checksums = {}});
        }
        process.objects->complete_upload(process.alice, found, asked, {}, [](const Assembly&) {});
      });
}

inline Act complete_some(Choice& choice, const World& world, const std::string& bucket) {
  for (const auto& [number, kept] : world.at(bucket).uploads) {
    if (!kept.parts.empty()) return complete(choice, bucket, number, kept);
  }
  return begin_upload(choice, bucket);
}

inline std::vector<PossibleAct> upload_acts() {
  return {{.weight = 2, .make = begin_or_abort},
          {.weight = 2, .make = put_part},
          {.weight = 1, .make = complete_some}};
}

}  // namespace millrace::objects::testing
