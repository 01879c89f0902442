// The hyperparameters as the training takes them.
#pragma once

#include "learn/contract.hpp"
#include "learn/kmeans/lloyd.hpp"
#include "learn/kmeans/start.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace millrace::learn::kmeans {

struct Settings {
  std::size_t feature_dim = 0;
  std::size_t k = 0;
  std::size_t epochs = 1;
  std::size_t mini_batch_size = 5000;
  std::optional<std::size_t> extra_center_factor;  // nothing: auto
  double half_life = 0;                            // rows; 0: none
  Start start = Start::random;
  Start local_start = Start::plus_plus;
  LloydOptions local_lloyd;
  std::size_t local_trials = 10;
  std::size_t refinements = 20;
  std::uint64_t seed = 0;
  bool measures_mean = true;  // msd
  bool measures_sum = false;  // ssd
};

// Throws ClientError with the first violation.
[[nodiscard]] Settings read_settings(const HyperparameterMap& given);

}  // namespace millrace::learn::kmeans
