#include "service/sagemaker/jumpstart.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/md5.hpp"
#include "learn/contract_jumpstart.hpp"
#include "process/archive.hpp"
#include "service/sagemaker/jumpstart_specs.hpp"
#include "service/sagemaker/scratch_folder.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace millrace::service::sagemaker {
namespace {

using base::List;
using base::Map;
using learn::BundleUse;
using learn::JumpStartModel;

using Objects = std::map<std::string, std::string>;

std::string spec_key(const JumpStartModel& model) {
  return "community_models/" + learn::id_of(model) + "/specs_v" + std::string(model.version) +
         ".json";
}

std::string manifest() {
  List list;
  for (const JumpStartModel& model : learn::jumpstart_models()) {
    list.emplace_back(Map{{"model_id", learn::id_of(model)},
                          {"version", std::string(model.version)},
                          {"min_version", std::string(model.least_sdk)},
                          {"spec_key", spec_key(model)}});
  }
  return base::write_json(list);
}

Objects below(const std::string& folder, const Objects& files) {
  Objects all;
  for (const auto& [name, text] : files) all[folder + "/" + name] = text;
  return all;
}

void add_model(Objects& all, const JumpStartModel& model, std::string_view region) {
  const Objects inference = learn::inference_files(model);
  const Objects nothing = {{"README", "Nothing is learnt before the training.\n"}};
  const Objects training = {{"transfer_learning.py", inference.at("inference.py")}};
  const ArtifactKeys keys = artifact_keys(model);
  Objects prepacked = below("code", inference);
  prepacked.insert(nothing.begin(), nothing.end());
  all[spec_key(model)] = base::write_json(jumpstart_specs(model, region));
  all[learn::bundle_key(model, BundleUse::training)] = pack_files(training);
  all[learn::prepacked_bundle_key(model)] = pack_files(training);
  all[learn::bundle_key(model, BundleUse::inference)] = pack_files(inference);
  all[keys.training] = pack_files(nothing);
  all[keys.hosting] = pack_files(nothing);
  all[keys.prepacked] = pack_files(prepacked);
}

std::string etag_of(std::string_view bytes) {
  base::Md5 digest;
  digest.update(bytes);
  return base::hex(digest.finish());
}

policy::Principal owner() {
  return {.kind = policy::Principal::Kind::service,
          .account = std::string(objects::service_account),
          .name = "sagemaker.amazonaws.com"};
}

}  // namespace

std::string pack_files(const Objects& files) {
  const ScratchFolder scratch;
  const std::filesystem::path folder = scratch.path() / "files";
  std::filesystem::create_directories(folder);
  for (const auto& [name, text] : files) {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << text;
  }
  const std::filesystem::path archive = scratch.path() / "packed.tar.gz";
  process::pack_folder(folder, archive);
  std::ifstream packed(archive, std::ios::binary);
  return {std::istreambuf_iterator<char>(packed), {}};
}

Objects jumpstart_objects(std::string_view region) {
  Objects all{{"models_manifest.json", manifest()}, {"proprietary-sdk-manifest.json", "[]"}};
  for (const JumpStartModel& model : learn::jumpstart_models()) add_model(all, model, region);
  return all;
}

void JumpStart::provide(std::string_view bucket) {
  const auto region = learn::jumpstart_region(bucket);
  if (!region) return;
  const std::lock_guard lock(mutex_);
  if (provided_.contains(bucket)) return;
  fill(bucket, *region);
  provided_.emplace(bucket);
}

// What a former release of this program left is replaced where it differs.
void JumpStart::fill(std::string_view bucket, const std::string& region) {
  const identity::Permit permit = authority_.permit_unchecked(owner());
  if (!objects_.bucket(bucket)) {
    objects_.create_bucket(permit,
                           {.name = std::string(bucket),
                            .account = std::string(objects::service_account),
                            .region = region,
                            .created = std::chrono::floor<std::chrono::seconds>(clock_.service())},
                           {});
  }
  objects::Objects& all = objects_;
  for (const auto& [key, bytes] : jumpstart_objects(region)) {
    const auto there = objects_.head(permit, bucket, key);
    if (there && there->etag == etag_of(bytes)) continue;
    const base::MemorySource source(bytes);
    base::SourceReader reader(source);
    static_cast<void>(all.put(permit, bucket, key, reader, {}));
  }
}

}  // namespace millrace::service::sagemaker
