// The hyperparameters as the training takes them.
#pragma once

#include "learn/contract.hpp"
#include "learn/kernels/linear.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace millrace::learn::linear_learner {

enum class Predictor : std::uint8_t { regressor, binary, multiclass };

enum class Criterion : std::uint8_t {
  loss,
  accuracy,
  f_beta,
  precision_at_recall,
  recall_at_precision,
};

// What a row loses; `bound` is the loss's own parameter: see LinearLosses.
struct Loss {
  LinearLossKind kind = LinearLossKind::squared;
  float bound = 0;
};

enum class PositiveWeight : std::uint8_t { given, balanced, automatic };

struct Scaling {
  bool scale_data = true;
  bool unbias_data = true;
  bool scale_label = false;
  bool unbias_label = false;
  std::size_t rows = 10000;  // from which means and deviations are taken
};

struct Start {
  bool normal = false;  // else uniform
  double size = 0.07;   // half the width, or the deviation
  double bias = 0;
};

// Nothing stands for auto.
struct Steps {
  LinearOptimizer optimizer = LinearOptimizer::adam;
  std::optional<double> learning_rate, weight_decay, l1;
  double momentum = 0.9;
  double beta_1 = 0.9;
  double beta_2 = 0.999;
  double bias_rate = 1;   // times the learning rate
  double bias_decay = 0;  // times the weight decay
  bool use_bias = true;
  bool use_schedule = true;
  std::optional<std::size_t> schedule_step;
  std::optional<double> schedule_factor, least_rate;
};

// By what a binary classifier's models and thresholds are compared.
struct Selection {
  Criterion criterion = Criterion::accuracy;
  double target_recall = 0.8;
  double target_precision = 0.8;
  double beta = 1;
};

struct Settings {
  Predictor predictor = Predictor::regressor;
  std::size_t outputs = 1;  // the number of classes of a multiclass classifier
  std::optional<std::size_t> feature_dim;
  Loss loss;
  std::size_t epochs = 15;
  std::optional<std::size_t> mini_batch_size;
  std::optional<std::size_t> models;
  Steps steps;
  Scaling scaling;
  Start start;
  PositiveWeight positive = PositiveWeight::given;
  double positive_weight = 1;
  bool balance_classes = false;
  Selection selection;
  std::size_t calibration_rows = 10'000'000;
  std::size_t top_k = 3;
  double metric_beta = 1;
  std::size_t patience = 3;
  double tolerance = 0.001;
  std::size_t refinements = 50;
  std::uint64_t seed = 0;
};

// Throws ClientError with the first violation.
[[nodiscard]] Settings read_settings(const HyperparameterMap& given);

}  // namespace millrace::learn::linear_learner
