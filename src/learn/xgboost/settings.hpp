// The hyperparameters sorted into what training itself acts on and what goes to the library.
#pragma once

#include "learn/contract.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::learn::xgboost {

struct Settings {
  int rounds = 0;
  std::string objective;
  int classes = 0;  // num_class, 0 where it was not given
  bool csv_weights = false;
  int threads = 1;
  std::optional<int> early_stopping_rounds;
  std::string early_stopping_metric;       // empty: none was named, so training does not stop early
  std::vector<std::string> added_metrics;  // computed here, in the order given
  std::vector<std::pair<std::string, std::string>> library;  // names and values for the booster
};

// Throws ClientError with the first violation. `version` is the image's tag, `threads` what the
// slot has.
[[nodiscard]] Settings read_settings(const HyperparameterMap& given, std::string_view version,
                                     int threads);

}  // namespace millrace::learn::xgboost
