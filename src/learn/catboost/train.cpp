#include "learn/catboost/train.hpp"

#include "learn/catboost/contract.hpp"
#include "learn/catboost/model.hpp"
#include "learn/catboost/model_folder.hpp"
#include "learn/catboost/settings.hpp"
#include "learn/catboost/trainer.hpp"
#include "learn/hyperparameters.hpp"
#include "learn/memory.hpp"
#include "learn/tabular.hpp"
#include "table/estimate.hpp"
#include "table/lines.hpp"

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

struct Size {
  double rows = 0;
  double entries = 0;  // labels among them
  double categories = 0;
  double classes = 2;
};

// Told from how the files begin; where letters stand for categories, by lines and commas.
Size size_of(const std::vector<table::Input>& files) {
  if (const auto found = table::estimate_rows(files, {.format = table::Format::csv}))
    return {.rows = found->rows, .entries = found->entries};
  const double rows = table::estimate_lines(files);
  const std::string line = files.empty() ? "" : table::first_line(files.front());
  const auto commas = static_cast<double>(std::ranges::count(line, ','));
  return {.rows = rows, .entries = rows * (1 + commas)};
}

// Our rows while they are handed over, which is twice; then those of the child, what CatBoost makes
// of each number and each row, and its package with those that it needs. Measured, as its
// allocations follow from its parameters.
void check_size(const Size& size, const Hyperparameters& given, const Training& training) {
  constexpr double package_bytes = 108 << 20;
  constexpr double package_bytes_of_entry = 5;
  constexpr double package_bytes_of_category = 50;
  constexpr double package_bytes_of_class = 55;
  constexpr double own_bytes_of_entry = 2 * sizeof(float);
  const double bytes_of_row = (given.is("boosting_type", "Ordered") ? 450 : 200) +
                              package_bytes_of_class * (size.classes - 2);
  const double package = package_bytes + size.rows * bytes_of_row +
                         size.entries * package_bytes_of_entry +
                         size.categories * package_bytes_of_category;
  check_peak(std::max(size.entries * own_bytes_of_entry, package),
             "train on fewer rows or features", training);
}

void check_size(const TabularFiles& files, const Hyperparameters& given, const Training& training) {
  Size size = size_of(files.training);
  const Size validation = size_of(files.validation);
  size.rows += validation.rows;
  size.entries += validation.entries;
  size.categories = size.rows * static_cast<double>(files.categorical.size());
  check_size(size, given, training);
}

// Only the labels say how many classes there are.
void check_size(const Parts& parts, const Hyperparameters& given, const Training& training) {
  const std::set<float> classes(parts.training.labels.begin(), parts.training.labels.end());
  const auto rows =
      static_cast<double>(parts.training.labels.size() + parts.validation.labels.size());
  check_size(Size{.rows = rows,
                  .entries = rows * static_cast<double>(parts.training.features.columns + 1),
                  .categories = rows * static_cast<double>(parts.categorical.size()),
                  .classes = static_cast<double>(classes.size())},
             given, training);
}

void check_columns(const Parts& parts) {
  const std::size_t columns = parts.training.features.columns;
  if (parts.validation.features.columns == columns) return;
  throw ClientError("The validation rows have " +
                    std::to_string(parts.validation.features.columns) +
                    " features, the training rows " + std::to_string(columns));
}

void read_parts(const std::vector<Channel>& channels, const Hyperparameters& given,
                const Training& training, Parts& parts) {
  const int threads = training.threads;
  const TabularFiles files = find_tabular_files(contract(), channels);
  check_size(files, given, training);
  parts.categorical = files.categorical;
  const table::TextColumns texts{
      .columns = files.categorical,
      .number = [&](std::string_view field) { return parts.texts.take(field); },
      .why = no_category};
  const table::TextColumns* const asked = files.categorical.empty() ? nullptr : &texts;
  parts.training = read_tabular(files.training, files, threads, asked);
  parts.validation = files.validation.empty()
                         ? hold_out_validation(parts.training, given.count("random_seed"))
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
  read_parts(channels, given, training, parts);
  const Problem problem = problem_of(given, parts.training.labels);
  if (problem != Problem::regression) check_classes(parts);
  if (problem == Problem::classes) check_size(parts, given, training);
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
