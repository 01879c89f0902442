// The hyperparameters as what training itself acts on, and as the text that the library takes.
#pragma once

#include "learn/contract.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace millrace::learn::lightgbm {

enum class Problem { regression, binary, multiclass };

struct Settings {
  bool classifies = false;
  int rounds = 0;
  int patience = 0;  // rounds without an improvement; 0: no early stopping
  bool dart = false;
  int threads = 1;
  std::string metric;   // "auto", or the library's name
  std::string library;  // "name=value name=value", without what depends on the data
};

// Throws ClientError with the first violation. `threads`: what the slot has.
[[nodiscard]] Settings read_settings(const HyperparameterMap& given, int threads);

// How many classes the labels have, 0 for a regression. Throws ClientError when they are not whole
// numbers from 0 on, without a gap.
[[nodiscard]] std::size_t count_classes(const Settings& settings, const std::vector<float>& labels);

// The library trusts the labels that it only measures. Throws ClientError for one that is none of
// the classes.
void check_classes(std::size_t classes, const std::vector<float>& labels);

[[nodiscard]] Problem problem_of(std::size_t classes);

// The metric's name in the library.
[[nodiscard]] std::string metric_of(const Settings& settings, Problem problem);

// All that the library is told, but the categorical columns.
[[nodiscard]] std::string library_parameters(const Settings& settings, std::size_t classes);

}  // namespace millrace::learn::lightgbm
