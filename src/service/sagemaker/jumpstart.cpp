#include "service/sagemaker/jumpstart.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/md5.hpp"
#include "base/text.hpp"
#include "jobs/instance_types.hpp"
#include "learn/contract_jumpstart.hpp"
#include "process/archive.hpp"
#include "service/sagemaker/bundle.hpp"
#include "service/sagemaker/scratch_folder.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace millrace::service::sagemaker {
namespace {

using base::List;
using base::Map;
using base::Value;
using learn::BundleUse;
using learn::JumpStartModel;
using learn::ParameterDoc;
using learn::ParameterKind;

using Objects = std::map<std::string, std::string>;

constexpr std::string_view registry = "763104351884.dkr.ecr.";
constexpr const char* image_alias = "alias_ecr_uri";
constexpr const char* default_instance = "ml.m5.xlarge";

std::string spec_key(const JumpStartModel& model) {
  return "community_models/" + learn::id_of(model) + "/specs_v" + std::string(model.version) +
         ".json";
}

std::string artifact_key(const JumpStartModel& model, std::string_view use) {
  return std::string(model.contract->name) + "-" + std::string(use) + "/" + std::string(use) + "-" +
         learn::id_of(model) + ".tar.gz";
}

// "ml.m5.xlarge" is of the family m5.
std::string family_of(std::string_view type) { return std::string(base::split(type, '.')[1]); }

Map image_by_instance(BundleUse use, std::string_view region) {
  const std::string uri = std::string(registry) + std::string(region) + ".amazonaws.com/" +
                          std::string(learn::bundle_image(use));
  Map variants;
  for (const jobs::InstanceType& type : jobs::instance_types()) {
    if (type.accelerators > 0) continue;
    variants.set(family_of(type.name),
                 Map{{"regional_properties", Map{{"image_uri", "$" + std::string(image_alias)}}}});
  }
  return Map{{"regional_aliases", Map{{std::string(region), Map{{image_alias, uri}}}}},
             {"variants", std::move(variants)}};
}

List supported_instances(jobs::InstanceUse use) {
  List names;
  for (const jobs::InstanceType& type : jobs::instance_types()) {
    const bool fits = type.use == use || type.use == jobs::InstanceUse::both;
    if (fits && type.accelerators == 0) names.emplace_back(std::string(type.name));
  }
  return names;
}

// A word beside numbers makes a text of them, which the SDK checks no further.
bool is_numeric(const ParameterDoc& parameter) {
  const bool counts =
      parameter.kind == ParameterKind::integer || parameter.kind == ParameterKind::number;
  return counts && parameter.word.empty() && parameter.choices.empty();
}

Value number_of(const ParameterDoc& parameter, double value) {
  if (parameter.kind == ParameterKind::integer) return static_cast<std::int64_t>(value);
  return value;
}

Map numeric_parameter(const ParameterDoc& parameter) {
  const bool whole = parameter.kind == ParameterKind::integer;
  Map shown{{"name", std::string(parameter.name)}, {"type", whole ? "int" : "float"}};
  shown.set("default", number_of(parameter, base::to_number(parameter.otherwise).value_or(0)));
  if (parameter.least)
    shown.set(parameter.least_exclusive ? "exclusive_min" : "min",
              number_of(parameter, *parameter.least));
  if (parameter.most)
    shown.set(parameter.most_exclusive ? "exclusive_max" : "max",
              number_of(parameter, *parameter.most));
  return shown;
}

List options_of(const ParameterDoc& parameter) {
  List options;
  for (const std::string_view choice : parameter.choices) options.emplace_back(choice);
  if (parameter.kind == ParameterKind::flag) options = {Value("True"), Value("False")};
  return options;
}

Map parameter_doc(const ParameterDoc& parameter) {
  if (is_numeric(parameter)) return numeric_parameter(parameter);
  Map shown{{"name", std::string(parameter.name)},
            {"type", "text"},
            {"default", std::string(parameter.otherwise)}};
  if (List options = options_of(parameter); !options.empty())
    shown.set("options", std::move(options));
  return shown;
}

// What the contract has beyond AWS, and what the bundle says, are not theirs to publish.
bool is_published(const ParameterDoc& parameter) {
  return parameter.name != "problem_type" && !parameter.name.starts_with('_');
}

List parameters_of(const JumpStartModel& model) {
  List list;
  for (const ParameterDoc& parameter : model.contract->parameters) {
    if (!is_published(parameter)) continue;
    Map shown = parameter_doc(parameter);
    shown.set("scope", "algorithm");
    list.emplace_back(std::move(shown));
  }
  return list;
}

Map predictor_of() {
  return Map{{"default_content_type", "text/csv"},
             {"supported_content_types", List{"text/csv"}},
             {"default_accept_type", "application/json"},
             {"supported_accept_types", List{"application/json;verbose", "application/json"}}};
}

Map framework_of() {
  return Map{{"framework", "pytorch"}, {"framework_version", "1.9.0"}, {"py_version", "py38"}};
}

Value specs_of(const JumpStartModel& model, std::string_view region) {
  return Map{
      {"model_id", learn::id_of(model)},
      {"version", std::string(model.version)},
      {"min_sdk_version", std::string(model.least_sdk)},
      {"training_supported", true},
      {"incremental_training_supported", false},
      {"hosting_ecr_specs", framework_of()},
      {"hosting_artifact_key", artifact_key(model, "infer")},
      {"hosting_script_key", learn::bundle_key(model, BundleUse::inference)},
      {"hosting_use_script_uri", true},
      {"hosting_instance_type_variants", image_by_instance(BundleUse::inference, region)},
      {"training_ecr_specs", framework_of()},
      {"training_artifact_key", artifact_key(model, "train")},
      {"training_script_key", learn::bundle_key(model, BundleUse::training)},
      {"training_instance_type_variants", image_by_instance(BundleUse::training, region)},
      {"hyperparameters", parameters_of(model)},
      {"inference_environment_variables", List{}},
      {"default_training_instance_type", default_instance},
      {"supported_training_instance_types", supported_instances(jobs::InstanceUse::training)},
      {"default_inference_instance_type", default_instance},
      {"supported_inference_instance_types", supported_instances(jobs::InstanceUse::hosting)},
      {"predictor_specs", predictor_of()}};
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

// The scripts only have to be there under AWS's names: who names the bundle means the built-in.
std::string bundle(const JumpStartModel& model, const std::string& script) {
  return pack_files(
      {{script, "raise SystemExit('Millrace runs its built-in in place of this script')\n"},
       {bundle_mark, learn::id_of(model) + "\n"}});
}

void add_model(Objects& all, const JumpStartModel& model, std::string_view region) {
  all[spec_key(model)] = base::write_json(specs_of(model, region));
  all[learn::bundle_key(model, BundleUse::training)] = bundle(model, "transfer_learning.py");
  all[learn::bundle_key(model, BundleUse::inference)] = bundle(model, "inference.py");
  const std::string nothing = pack_files({{"README", "Nothing is learnt before the training.\n"}});
  all[artifact_key(model, "train")] = nothing;
  all[artifact_key(model, "infer")] = nothing;
}

std::string etag_of(std::string_view bytes) {
  base::Md5 digest;
  digest.update(bytes);
  return base::hex(digest.finish());
}

identity::Principal owner() {
  return {.kind = identity::Principal::Kind::service,
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
