// What a client of a simulated store may do: each act as it changes the model, and as it is asked
// of the engine. Chosen by chance from what the model has.
#pragma once

#include "objects/testing/world.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace millrace::objects::testing {

struct Act {
  std::string name;
  std::function<void(World&)> in_model;
  std::function<void(Process&)> in_store;
};

class Chooser {
 public:
  explicit Chooser(base::Random& random) : random_(random) {}

  Act choose(const World& world) {
    if (world.empty()) return make_bucket("a");
    const std::string bucket = any_key(world);
    const KeptBucket& in = world.at(bucket);
    switch (below(20)) {
      case 0:
        return tag_bucket(bucket);
      case 1:
        return in.objects.empty() && in.uploads.empty() ? erase_bucket(bucket) : make_bucket("b");
      case 2:
      case 3:
        return in.objects.empty() ? put(bucket) : erase(bucket, in);
      case 4:
        return tag_some(bucket, in);
      case 5:
        return put_if_absent(bucket, in);
      case 6:
      case 7:
        return in.uploads.size() < 2 ? begin_upload(bucket) : abort(bucket, any_key(in.uploads));
      case 8:
      case 9:
        return in.uploads.empty() ? begin_upload(bucket) : put_part(bucket, any_key(in.uploads));
      case 10:
        return complete_some(bucket, in);
      case 11:
        return look_after();
      case 12:
        return configure(bucket);
      case 13:
        return in.mark % 2 == 0 ? keep_versions(bucket, in) : put(bucket);
      case 14:
      case 15:
        return in.objects.empty() ? put(bucket) : erase_version(bucket, in);
      default:
        return put(bucket);
    }
  }

 private:
  static constexpr const char* keys[] = {"k/0", "k/1", "k/2", "l", "m"};

  std::uint64_t below(std::uint64_t bound) { return base::random_number(random_) % bound; }
  int next() { return ++last_; }
  std::string key() { return keys[below(std::size(keys))]; }
  template <class Of>
  typename Of::key_type any_key(const Of& map) {
    return std::next(map.begin(), static_cast<std::ptrdiff_t>(below(map.size())))->first;
  }

  static int told_by_body(int version) { return body_of(version).empty() ? 0 : version; }

  static Upload find_upload(Process& process, const std::string& bucket, int version) {
    for (Upload& upload : process.uploads(bucket)) {
      if (upload.options.tags.at(0).second == std::to_string(version)) return std::move(upload);
    }
    throw std::logic_error("an upload of the model is not there");
  }

  Act make_bucket(const std::string& name) {
    return {.name = "make bucket " + name,
            .in_model = [=](World& world) { world.try_emplace(name); },
            .in_store =
                [=](Process& process) {
                  if (process.objects->bucket(name)) return;
                  process.objects->create_bucket(process.alice,
                                                 Bucket{.name = name,
                                                        .account = process.account,
                                                        .region = "us-east-1",
                                                        .created = {}},
                                                 {});
                }};
  }

  static Act erase_bucket(const std::string& name) {
    return {
        .name = "erase bucket " + name,
        .in_model = [=](World& world) { world.erase(name); },
        .in_store = [=](Process& process) { process.objects->delete_bucket(process.alice, name); }};
  }

  Act tag_bucket(const std::string& bucket) {
    const int mark = next();
    return {.name = "tag bucket " + bucket,
            .in_model = [=](World& world) { world.at(bucket).mark = mark; },
            .in_store =
                [=](Process& process) {
                  process.objects->set_bucket_tags(process.alice, bucket,
                                                   {{"mark", std::to_string(mark)}});
                }};
  }

  Act put(const std::string& bucket) { return put_at(bucket, key(), {}, false); }

  Act put_at(const std::string& bucket, const std::string& key, const Precondition& precondition,
             bool is_refused) {
    const int version = next();
    return {.name = "put " + bucket + "/" + key + " " + std::to_string(version),
            .in_model =
                [=](World& world) {
                  if (is_refused) return;
                  world.at(bucket).put(
                      key, {.put = version, .mark = version, .body = told_by_body(version)});
                },
            .in_store =
                [=](Process& process) {
                  PutOptions options;
                  options.tags = Process::tags(version, version);
                  try {
                    process.objects->put(process.alice, bucket, key, process.draft(version),
                                         options, precondition);
                  } catch (const PreconditionFailed&) {
                    if (!is_refused) throw std::logic_error("a put was refused");
                  }
                }};
  }

  Act put_if_absent(const std::string& bucket, const KeptBucket& in) {
    const std::string at = key();
    return put_at(bucket, at, {.etag = std::nullopt, .absent = true}, in.shows(at));
  }

  // Several at once, in one request.
  Act erase(const std::string& bucket, const KeptBucket& in) {
    std::vector<KeyToErase> gone;
    for (auto count = 1 + below(3); count > 0; --count) {
      gone.push_back({.key = any_key(in.objects), .precondition = {}});
    }
    return {
        .name = "erase in " + bucket,
        .in_model =
            [=](World& world) {
              for (const KeyToErase& one : gone) world.at(bucket).erase(one.key);
            },
        .in_store =
            [=](Process& process) { (void)process.objects->erase(process.alice, bucket, gone); }};
  }

  Act tag(const std::string& bucket, const std::string& key) {
    const int mark = next();
    return {.name = "tag " + bucket + "/" + key,
            .in_model = [=](World& world) { world.at(bucket).objects.at(key).front().mark = mark; },
            .in_store =
                [=](Process& process) {
                  (void)process.objects->change(
                      process.alice, {.bucket = bucket, .key = key}, [&](ObjectInfo& info) {
                        info.tags = Process::tags(std::stoi(info.tags.at(0).second), mark);
                      });
                }};
  }

  Act tag_some(const std::string& bucket, const KeptBucket& in) {
    const std::string at = key();
    return in.shows(at) ? tag(bucket, at) : put(bucket);
  }

  Act configure(const std::string& bucket) {
    const int mark = next();
    return {.name = "configure " + bucket,
            .in_model = [=](World& world) { world.at(bucket).setting = mark; },
            .in_store =
                [=](Process& process) {
                  process.objects->set_setting(
                      process.alice, SettingName{.bucket = bucket, .kind = "cors", .id = {}},
                      std::to_string(mark));
                }};
  }

  static Act keep_versions(const std::string& bucket, const KeptBucket& in) {
    const bool is_on = in.versioning == Versioning::enabled;
    const Versioning after = is_on ? Versioning::suspended : Versioning::enabled;
    return {.name = (is_on ? "suspend versions of " : "keep versions of ") + bucket,
            .in_model = [=](World& world) { world.at(bucket).versioning = after; },
            .in_store =
                [=](Process& process) {
                  process.objects->set_setting(
                      process.alice, SettingName{.bucket = bucket, .kind = "versioning", .id = {}},
                      is_on ? versioning_suspended : versioning_enabled);
                }};
  }

  // By its place among its key's, which is all that the model knows of its name.
  Act erase_version(const std::string& bucket, const KeptBucket& in) {
    const std::string key = any_key(in.objects);
    const std::size_t at = below(in.objects.at(key).size());
    return {.name = "erase a version of " + bucket + "/" + key,
            .in_model = [=](World& world) { world.at(bucket).erase_version(key, at); },
            .in_store =
                [=](Process& process) {
                  std::vector<std::string> names;
                  for (const ListedVersion& listed : process.versions(bucket)) {
                    if (listed.info.key == key) names.push_back(listed.info.version);
                  }
                  (void)process.objects->erase(
                      process.alice, bucket,
                      {{.key = key, .precondition = {}, .version = names.at(at)}});
                }};
  }

  Act begin_upload(const std::string& bucket) {
    const int version = next();
    const std::string at = key();
    return {.name = "begin an upload " + std::to_string(version),
            .in_model =
                [=](World& world) { world.at(bucket).uploads[version] = {.key = at, .parts = {}}; },
            .in_store =
                [=](Process& process) {
                  Upload upload;
                  upload.bucket = bucket;
                  upload.key = at;
                  upload.options.tags = Process::tags(version, version);
                  (void)process.objects->begin_upload(process.alice, upload);
                }};
  }

  Act put_part(const std::string& bucket, int upload) {
    const int version = next();
    const int number = 1 + static_cast<int>(below(3));
    return {.name = "put a part of " + std::to_string(upload),
            .in_model =
                [=](World& world) {
                  world.at(bucket).uploads.at(upload).parts[number] = told_by_body(version);
                },
            .in_store =
                [=](Process& process) {
                  (void)process.objects->put_part(process.alice,
                                                  find_upload(process, bucket, upload), number,
                                                  process.draft(version));
                }};
  }

  // With one of its parts, as others but the last have to be larger; the rest of them is erased.
  Act complete_some(const std::string& bucket, const KeptBucket& in) {
    for (const auto& [upload, kept] : in.uploads) {
      if (!kept.parts.empty()) return complete(bucket, upload, kept);
    }
    return begin_upload(bucket);
  }

  Act complete(const std::string& bucket, int upload, const KeptUpload& kept) {
    const auto [number, version] = *kept.parts.rbegin();
    const std::string key = kept.key;
    return {
        .name = "complete " + std::to_string(upload),
        .in_model =
            [=](World& world) {
              KeptBucket& in_bucket = world.at(bucket);
              in_bucket.uploads.erase(upload);
              in_bucket.put(key, {.put = upload, .mark = upload, .body = version});
            },
        .in_store =
            [=](Process& process) {
              const Upload found = find_upload(process, bucket, upload);
              std::vector<AskedPart> asked;
              for (const Part& part : process.objects->list_parts(process.alice, found, {}).parts) {
                if (part.number == number) {
                  asked.push_back({.number = number, .etag = part.etag, .checksums = {}});
                }
              }
              process.objects->complete_upload(process.alice, found, asked, {},
                                               [](const Assembly&) {});
            }};
  }

  static Act abort(const std::string& bucket, int upload) {
    return {.name = "abort " + std::to_string(upload),
            .in_model = [=](World& world) { world.at(bucket).uploads.erase(upload); },
            .in_store =
                [=](Process& process) {
                  process.objects->abort_upload(process.alice,
                                                find_upload(process, bucket, upload));
                }};
  }

  // Changes nothing that anybody sees.
  static Act look_after() {
    return {.name = "look after all blobs",
            .in_model = [](World&) {},
            .in_store =
                [](Process& process) {
                  while (process.care.take_round_step()) {
                  }
                }};
  }

  base::Random& random_;
  int last_ = 0;
};

}  // namespace millrace::objects::testing
