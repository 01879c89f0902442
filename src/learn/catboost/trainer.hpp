// CatBoost's own package, training in a child: our program for it, started in the environment.
#pragma once

#include "base/value.hpp"
#include "learn/algorithm.hpp"
#include "learn/catboost/categories.hpp"
#include "table/matrix.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace millrace::learn::catboost {

struct Task {
  std::string kind;  // CatBoostClassifier, CatBoostRegressor
  base::Map parameters;
  std::filesystem::path model;           // the file to write
  std::vector<std::size_t> categorical;  // features whose numbers are the bits of hashes,
  CategoryTexts::Map texts;              // of these texts
};

// Where the environment's Python is. Throws ClientError, naming the command that makes it.
[[nodiscard]] std::filesystem::path environment_python();

// Trains until it is done or asked to stop, its lines going to the log. The tables become empty.
// Throws ClientError for what CatBoost refuses, AlgorithmError where the child fails.
void run_trainer(const std::filesystem::path& python, const Task& task, table::Dataset& training,
                 table::Dataset& validation, const Training& job);

}  // namespace millrace::learn::catboost
