#include "service/sagemaker/jumpstart_specs.hpp"

#include "base/text.hpp"
#include "jobs/instance_types.hpp"

namespace millrace::service::sagemaker {
namespace {

using base::List;
using base::Map;
using base::Value;
using learn::BundleUse;
using learn::JumpStartModel;
using learn::ParameterDoc;
using learn::ParameterKind;

constexpr std::string_view registry = "763104351884.dkr.ecr.";
constexpr const char* image_alias = "alias_ecr_uri";
constexpr const char* default_instance = "ml.m5.xlarge";

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

Map container_setting(const char* name, const char* value) {
  return Map{{"name", name}, {"type", "text"}, {"default", value}, {"scope", "container"}};
}

// What a caller of CreateTrainingJob itself passes beside the bundle in a channel `code`.
void add_script_parameters(List& parameters) {
  parameters.emplace_back(container_setting("sagemaker_submit_directory", code_channel_bundle));
  parameters.emplace_back(container_setting("sagemaker_program", "transfer_learning.py"));
  parameters.emplace_back(container_setting("sagemaker_container_log_level", "20"));
}

List inference_environment() {
  List list;
  for (const auto& [name, value] : {std::pair("SAGEMAKER_PROGRAM", "inference.py"),
                                    std::pair("SAGEMAKER_SUBMIT_DIRECTORY", "/opt/ml/model/code"),
                                    std::pair("SAGEMAKER_CONTAINER_LOG_LEVEL", "20")}) {
    Map setting = container_setting(name, value);
    setting.set("required_for_model_class", false);
    list.emplace_back(std::move(setting));
  }
  return list;
}

List metrics_of(const JumpStartModel& model) {
  List list;
  for (const learn::MetricDoc& metric : model.contract->metrics)
    list.emplace_back(
        Map{{"Name", std::string(metric.name)}, {"Regex", std::string(metric.regex)}});
  return list;
}

Map training_specs(const JumpStartModel& model, std::string_view region) {
  List parameters = parameters_of(model);
  add_script_parameters(parameters);
  return Map{
      {"training_ecr_specs", framework_of()},
      {"training_artifact_key", artifact_keys(model).training},
      {"training_script_key", learn::bundle_key(model, BundleUse::training)},
      {"training_prepacked_script_key", learn::prepacked_bundle_key(model)},
      {"training_prepacked_script_version", std::string(model.version)},
      {"training_instance_type_variants", image_by_instance(BundleUse::training, region)},
      {"hyperparameters", std::move(parameters)},
      {"metrics", metrics_of(model)},
      {"default_training_instance_type", default_instance},
      {"supported_training_instance_types", supported_instances(jobs::InstanceUse::training)}};
}

Map hosting_specs(const JumpStartModel& model, std::string_view region) {
  return Map{
      {"hosting_ecr_specs", framework_of()},
      {"hosting_artifact_key", artifact_keys(model).hosting},
      {"hosting_script_key", learn::bundle_key(model, BundleUse::inference)},
      {"hosting_prepacked_artifact_key", artifact_keys(model).prepacked},
      {"hosting_prepacked_artifact_version", std::string(model.version)},
      {"hosting_use_script_uri", false},
      {"hosting_instance_type_variants", image_by_instance(BundleUse::inference, region)},
      {"inference_environment_variables", inference_environment()},
      {"default_inference_instance_type", default_instance},
      {"supported_inference_instance_types", supported_instances(jobs::InstanceUse::hosting)},
      {"predictor_specs", predictor_of()}};
}

}  // namespace

ArtifactKeys artifact_keys(const JumpStartModel& model) {
  const std::string algorithm(model.contract->name);
  const std::string id = learn::id_of(model);
  return {.training = algorithm + "-training/train-" + id + ".tar.gz",
          .hosting = algorithm + "-infer/infer-" + id + ".tar.gz",
          .prepacked = algorithm + "-infer/prepack/v" + std::string(model.version) +
                       "/infer-prepack-" + id + ".tar.gz"};
}

Value jumpstart_specs(const JumpStartModel& model, std::string_view region) {
  Map specs{{"model_id", learn::id_of(model)},
            {"version", std::string(model.version)},
            {"min_sdk_version", std::string(model.least_sdk)},
            {"training_supported", true},
            {"incremental_training_supported", false}};
  for (const Map& part : {training_specs(model, region), hosting_specs(model, region)}) {
    for (const auto& [name, value] : part) specs.set(name, value);
  }
  return specs;
}

}  // namespace millrace::service::sagemaker
