// The hyperparameters as the training takes them.
#pragma once

#include "learn/contract.hpp"
#include "learn/knn/stored_model.hpp"

#include <cstddef>
#include <cstdint>

namespace millrace::learn::knn {

enum class IndexKind { flat, inverted_flat, inverted_coded };

struct Settings {
  std::size_t feature_dim = 0;
  std::size_t sample_size = 0;
  std::uint64_t seed = 0;
  IndexKind index = IndexKind::flat;
  std::size_t lists = 0;  // 0: the square root of the sampled rows
  std::size_t probes = 1;
  std::size_t parts = 0;
  Plan plan;
};

// Throws ClientError with the first violation.
[[nodiscard]] Settings read_settings(const HyperparameterMap& given);

}  // namespace millrace::learn::knn
