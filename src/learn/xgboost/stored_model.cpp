#include "learn/xgboost/stored_model.hpp"

#include "learn/xgboost/objective.hpp"

#include <algorithm>

namespace millrace::learn::xgboost {
namespace {

void refuse_pickle(std::string_view bytes) {
  const bool pickle = bytes.size() > 1 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5;
  if (!pickle) return;
  throw ModelError(
      "pickled models are not supported; save the model with Booster.save_model instead");
}

const Objective& known_objective(const std::string& name) {
  if (const Objective* found = find_objective(name)) return *found;
  throw ModelError("the objective '" + name + "' is not known");
}

}  // namespace

StoredModel read_stored_model(std::string_view bytes) {
  refuse_pickle(bytes);
  if (bytes.starts_with("CONFIG-offset:")) {
    throw ModelError(
        "memory snapshots are not supported; save the model with Booster.save_model instead");
  }
  return bytes.starts_with('{') ? read_json_model(bytes) : read_binary_model(bytes);
}

std::vector<std::filesystem::path> find_models(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files = model_files(folder);
  if (files.empty()) throw ModelError("there is no model file in " + folder.string());
  return files;
}

std::vector<float> base_margins(const StoredModel& stored) {
  std::vector<float> margins = stored.base_score;
  // The library begins every output of a linear model with the first score.
  if (stored.booster == BoosterKind::linear && !margins.empty()) margins.resize(1);
  if (margins.size() == 1) margins.resize(stored.groups, margins[0]);
  if (margins.size() != stored.groups)
    throw ModelError("the model is damaged: base_score has not one number an output");
  if (!stored.base_is_margin)
    std::ranges::transform(margins, margins.begin(), known_objective(stored.objective).link);
  return margins;
}

}  // namespace millrace::learn::xgboost
