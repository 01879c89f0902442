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
  std::vector<std::size_t> categorical;  // counted with the label
  CategoryTexts texts;
};

void check_columns(const Parts& parts) {
  const std::size_t columns = parts.training.features.columns;
  if (parts.validation.features.columns == columns) return;
  throw ClientError("The validation rows have " +
                    std::to_string(parts.validation.features.columns) +
                    " features, the training rows " + std::to_string(columns));
}

void read_parts(const std::vector<Channel>& channels, std::uint64_t seed, int threads,
                Parts& parts) {
  const TabularFiles files = find_tabular_files(contract(), channels);
  parts.categorical = files.categorical;
  const table::TextColumns texts{
      .columns = files.categorical,
      .number = [&](std::string_view field) { return parts.texts.take(field); },
      .why = no_category};
  const table::TextColumns* const asked = files.categorical.empty() ? nullptr : &texts;
  parts.training = read_tabular(files.training, files, threads, asked);
  parts.validation = files.validation.empty()
                         ? hold_out_validation(parts.training, seed)
                         : read_tabular(files.validation, files, threads, asked);
  check_columns(parts);
}

std::vector<std::size_t> without_label(std::vector<std::size_t> columns) {
  for (std::size_t& column : columns) --column;
  return columns;
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
  Parts parts;
  read_parts(channels, given.count("random_seed"), training.threads, parts);
  const Problem problem = problem_of(given, parts.training.labels);
  if (problem != Problem::regression) check_classes(parts);
  say_sizes(parts, training);
  std::filesystem::create_directories(training.model_folder);
  const Task task{
      .kind = problem == Problem::regression ? "CatBoostRegressor" : "CatBoostClassifier",
      .parameters = package_parameters(given, problem, training.threads),
      .model = training.model_folder / model_file,
      .categorical = without_label(parts.categorical),
      .texts = parts.texts.all()};
  run_trainer(python, task, parts.training, parts.validation, training);
  check_model(training.model_folder);
}

}  // namespace millrace::learn::catboost
