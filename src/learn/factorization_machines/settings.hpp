// The hyperparameters as the training takes them.
#pragma once

#include "learn/contract.hpp"
#include "learn/factorization_machines/machine.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace millrace::learn::factorization_machines {

enum class StartMethod { uniform, normal, constant };

// Where the weights of a term begin: between -size and size, with the deviation `size`, or there.
struct Start {
  StartMethod method = StartMethod::normal;
  double size = 0;
};

// The bias, the linear terms, or the factors.
struct TermSettings {
  float rate = 0;
  float decay = 0;
  Start start;
};

struct Settings {
  std::size_t feature_dim = 0;
  std::size_t factors = 0;
  Predictor predictor = Predictor::regressor;
  std::size_t epochs = 1;
  std::size_t mini_batch_size = 1000;
  float clip = std::numeric_limits<float>::infinity();
  float epsilon = 1e-8F;
  std::optional<float> rescale;  // nothing: one over a batch's rows
  TermSettings bias;
  TermSettings linear;
  TermSettings factor;
  std::uint64_t seed = 0;
};

// Throws ClientError with the first violation.
[[nodiscard]] Settings read_settings(const HyperparameterMap& given);

}  // namespace millrace::learn::factorization_machines
