#include "service/sagemaker/bundle.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "process/archive.hpp"
#include "service/sagemaker/jumpstart_specs.hpp"
#include "service/sagemaker/scratch_folder.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace millrace::service::sagemaker {
namespace {

using learn::BundleUse;
using learn::JumpStartModel;

constexpr std::string_view training_script = "transfer_learning.py";
constexpr std::string_view inference_script = "inference.py";
constexpr std::string_view packed_folder = "/opt/ml/model/code";
constexpr std::size_t copy_step = 1 << 20;

// AWS's SDK writes the hyperparameters of a job with a script as JSON.
std::string plain(const std::string& value) {
  if (!value.starts_with('"')) return value;
  try {
    const base::Value text = base::parse_json(value);
    return text.is_text() ? text.text() : value;
  } catch (const base::JsonError&) {
    return value;
  }
}

std::string value_of(const Environment& pairs, std::string_view name) {
  const auto found = std::ranges::find(pairs, name, &Environment::value_type::first);
  return found == pairs.end() ? std::string() : plain(found->second);
}

bool is_code(const TrainingInput& input) { return input.channel.name == "code"; }

// What AWS's archive of the model to begin with comes as; it is empty where nothing is learnt yet.
bool is_pretrained(const TrainingInput& input) {
  return input.channel.name == "model" &&
         input.channel.content_type == "application/x-sagemaker-model";
}

// The bundle lies where the job says, or comes as the channel `code`.
std::string place_of_bundle(const CreateTrainingJob& ask) {
  std::string place = value_of(ask.hyperparameters, "sagemaker_submit_directory");
  if (place != code_channel_bundle) return place;
  const auto found = std::ranges::find_if(ask.inputs, is_code);
  return found == ask.inputs.end() ? place : found->channel.uri;
}

void write(base::Reader& bytes, const std::filesystem::path& path) {
  std::ofstream file(path, std::ios::binary);
  std::string step(copy_step, '\0');
  for (std::size_t got = bytes.read(step.data(), step.size()); got > 0;
       got = bytes.read(step.data(), step.size())) {
    file.write(step.data(), static_cast<std::streamsize>(got));
  }
}

}  // namespace

const JumpStartModel* training_bundle(const CreateTrainingJob& ask) {
  const auto image = learn::parse_image(ask.image);
  if (!image || !learn::is_bundle_image(*image, BundleUse::training)) return nullptr;
  if (value_of(ask.hyperparameters, "sagemaker_program") != training_script) return nullptr;
  return learn::find_bundle(place_of_bundle(ask), BundleUse::training);
}

CreateTrainingJob without_bundle(CreateTrainingJob ask, const JumpStartModel& model) {
  std::erase_if(ask.hyperparameters,
                [](const auto& one) { return one.first.starts_with("sagemaker_"); });
  for (auto& [name, value] : ask.hyperparameters) value = plain(value);
  ask.hyperparameters.emplace_back("problem_type", model.problem_type);
  std::erase_if(ask.inputs, is_pretrained);
  std::erase_if(ask.inputs, is_code);
  return ask;
}

bool has_packed_script(const learn::Image& image, const Environment& environment) {
  const std::string script = value_of(environment, "SAGEMAKER_PROGRAM");
  const std::string folder = value_of(environment, "SAGEMAKER_SUBMIT_DIRECTORY");
  return learn::is_bundle_image(image, BundleUse::inference) &&
         (script.empty() || script == inference_script) &&
         (folder.empty() || folder == packed_folder);
}

const JumpStartModel* inference_bundle(const learn::Image& image, const Environment& environment) {
  if (!learn::is_bundle_image(image, BundleUse::inference) ||
      value_of(environment, "SAGEMAKER_PROGRAM") != inference_script)
    return nullptr;
  return learn::find_bundle(value_of(environment, "SAGEMAKER_SUBMIT_DIRECTORY"),
                            BundleUse::inference);
}

const JumpStartModel* packed_bundle(base::Reader& artifact, std::uint64_t limit) {
  const ScratchFolder scratch;
  const std::filesystem::path archive = scratch.path() / "model.tar.gz";
  const std::filesystem::path folder = scratch.path() / "model";
  write(artifact, archive);
  try {
    process::unpack_archive(archive, folder, {.bytes = limit});
  } catch (const process::ArchiveError&) {
    return nullptr;
  }
  std::ifstream file(folder / "code" / learn::bundle_mark, std::ios::binary);
  const std::string id(std::istreambuf_iterator<char>(file), {});
  return learn::find_jumpstart_model(base::trim(id));
}

}  // namespace millrace::service::sagemaker
