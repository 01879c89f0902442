// Training of a machine by mini-batches: gradients and Adam's steps for the weights that a batch
// has to do with.
#pragma once

#include "learn/factorization_machines/batches.hpp"
#include "learn/factorization_machines/machine.hpp"
#include "learn/factorization_machines/settings.hpp"
#include "learn/parallel.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace millrace::learn::factorization_machines {

// As the settings have it; the same seed gives the same weights on any number of threads.
[[nodiscard]] Machine first_machine(const Settings& settings, Parallel& parallel);

class Learner {
 public:
  // `rows` are such that entries_of takes them; they, the labels and the threads must outlive the
  // learner.
  Learner(const table::Matrix& rows, std::span<const float> labels, const Settings& settings,
          Parallel& parallel);

  // The raw scores of the batch's rows before the step, valid until the next one.
  std::span<const float> step(const Batch& batch);

  [[nodiscard]] const Machine& machine() const { return machine_; }

 private:
  // What Adam knows of some weights.
  struct Moments {
    std::vector<float> means;
    std::vector<float> squares;
  };

  void score_rows(const Batch& batch, std::size_t first, std::size_t last);
  void move_bias(const Batch& batch);
  void move_features(const Batch& batch, std::size_t first, std::size_t last);
  void move_feature(const Batch& batch, std::size_t place, std::vector<float>& coefficients,
                    std::span<float> gradient);
  [[nodiscard]] std::span<const float> factors_of(const std::vector<float>& all,
                                                  std::size_t feature) const {
    return std::span(all).subspan(feature * settings_.factors, settings_.factors);
  }
  void fetch_row(std::size_t row) const;
  void fetch_feature(std::uint32_t feature) const;
  [[nodiscard]] AdamStep adam_of(const TermSettings& term, std::size_t rows) const;

  const table::Matrix& rows_;
  std::span<const float> labels_;
  Settings settings_;
  Parallel& parallel_;
  const Kernels& kernels_;
  Machine machine_;
  Moments bias_;
  Moments linear_;
  Moments factor_;
  std::size_t steps_ = 0;
  AdamStep linear_step_ = {};
  AdamStep factor_step_ = {};
  // Of the batch's rows: the factors' sums, the scores, the loss's derivatives by them.
  std::vector<float> sums_;
  std::vector<float> scores_;
  std::vector<float> slopes_;
};

}  // namespace millrace::learn::factorization_machines
