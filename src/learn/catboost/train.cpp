#include "learn/catboost/train.hpp"

#include "learn/catboost/contract.hpp"
#include "learn/catboost/model.hpp"
#include "learn/catboost/settings.hpp"
#include "learn/catboost/trainer.hpp"
#include "learn/hyperparameters.hpp"
#include "learn/tabular.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace millrace::learn::catboost {
namespace {

struct Parts {
  table::Dataset training;
  table::Dataset validation;
};

Parts read_parts(const std::vector<Channel>& channels, std::uint64_t seed, int threads) {
  const TabularFiles files = find_tabular_files(contract(), channels);
  if (!files.categorical.empty())
    throw ClientError("cat_index_list is not supported yet: give categories as numbers");
  Parts parts{.training = read_tabular(files.training, files, threads)};
  parts.validation = files.validation.empty() ? hold_out_validation(parts.training, seed)
                                              : read_tabular(files.validation, files, threads);
  const std::size_t columns = parts.training.features.columns;
  if (parts.validation.features.columns != columns)
    throw ClientError("The validation rows have " +
                      std::to_string(parts.validation.features.columns) +
                      " features, the training rows " + std::to_string(columns));
  return parts;
}

void check_classes(const Parts& parts) {
  const std::set<float> known(parts.training.labels.begin(), parts.training.labels.end());
  for (const float label : parts.validation.labels) {
    if (!known.contains(label))
      throw ClientError("The label " + label_text(label) +
                        " of the validation rows is none of the training rows");
  }
}

void say_sizes(const Parts& parts, const Training& training) {
  training.info("Training data has " + std::to_string(parts.training.features.rows) + " rows and " +
                std::to_string(parts.training.features.columns) + " columns");
  training.info("Validation data has " + std::to_string(parts.validation.features.rows) + " rows");
}

// A model that could not be served must not leave the training unnoticed.
void check_model(const std::filesystem::path& folder) {
  try {
    static_cast<void>(load_model(folder));
  } catch (const ModelError& error) {
    throw AlgorithmError(std::string("CatBoost's model cannot be served: ") + error.what());
  }
}

}  // namespace

void train(const HyperparameterMap& hyperparameters, const std::vector<Channel>& channels,
           const Training& training) {
  const Hyperparameters given(contract(), hyperparameters);
  const std::filesystem::path python = environment_python();
  Parts parts = read_parts(channels, given.count("random_seed"), training.threads);
  const Problem problem = problem_of(given, parts.training.labels);
  if (problem != Problem::regression) check_classes(parts);
  say_sizes(parts, training);
  std::filesystem::create_directories(training.model_folder);
  const Task task{
      .kind = problem == Problem::regression ? "CatBoostRegressor" : "CatBoostClassifier",
      .parameters = package_parameters(given, problem, training.threads),
      .model = training.model_folder / model_file};
  run_trainer(python, task, parts.training, parts.validation, training);
  check_model(training.model_folder);
}

}  // namespace millrace::learn::catboost
