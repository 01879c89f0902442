// Models that are trained side by side, one in each lane of the processor's vectors.
#pragma once

#include "learn/kernels/kernels.hpp"
#include "learn/linear_learner/examples.hpp"
#include "learn/linear_learner/variants.hpp"

#include <cstddef>
#include <functional>
#include <new>
#include <span>
#include <vector>

namespace millrace::learn::linear_learner {

// Vectors that straddle two of the cache's lines take twice as long.
template <class T>
struct LineAllocator {
  using value_type = T;
  static constexpr std::align_val_t line{64};
  LineAllocator() = default;
  template <class U>
  explicit LineAllocator(const LineAllocator<U>&) {}
  T* allocate(std::size_t count) {
    return static_cast<T*>(::operator new(count * sizeof(T), line));
  }
  void deallocate(T* from, std::size_t) { ::operator delete(from, line); }
  friend bool operator==(const LineAllocator&, const LineAllocator&) { return true; }
};
using Lanes = std::vector<float, LineAllocator<float>>;

// One model, on rows that are scaled: outputs times columns, and a bias for each output.
struct Weights {
  std::vector<float> weights;
  std::vector<float> biases;
};

// How the steps become shorter.
struct Schedule {
  std::size_t step = 1;
  double factor = 1;
  double least = 0;
};

struct GroupOptions {
  std::size_t columns = 0;
  std::size_t outputs = 1;
  Loss loss;
  Steps steps;
  Schedule schedule;
  std::vector<float> class_weights;  // of softmax alone; may be empty
};

class Group {
 public:
  // At most as many variants as the kernels have lanes; all models start with the same weights.
  Group(const GroupOptions& options, std::span<const Variant> variants, const Weights& start,
        const Kernels& kernels);

  // One step, against the mean gradient of these rows.
  void learn(const Examples& examples, std::size_t first, std::size_t count);

  // What each model lost in all steps since the last call, summed over their rows.
  [[nodiscard]] std::vector<double> take_losses();

  // What each model loses on all these rows, summed. `take` sees the scores of some rows at a time,
  // by row, output and lane.
  using TakeScores = std::function<void(std::size_t first, std::span<const float> scores)>;
  [[nodiscard]] std::vector<double> evaluate(const Examples& examples, const TakeScores& take);

  // The same for some of the rows, whose gradients (summed, by column, output and lane, then of the
  // biases) are added to `gradients`; a loss for each lane.
  [[nodiscard]] std::vector<double> add_gradients(const Examples& examples, std::size_t first,
                                                  std::size_t count, std::span<double> gradients);

  // In the order of `add_gradients`.
  void set_weights(std::span<const double> weights_and_biases);

  [[nodiscard]] Weights weights_of(std::size_t model) const;
  [[nodiscard]] std::size_t models() const { return models_; }
  [[nodiscard]] std::size_t lanes() const { return kernels_.linear.lanes; }

 private:
  void shift_biases(const Examples& examples);
  void score(const LinearRows& rows);
  void lose(const float* labels, std::size_t rows, std::vector<double>& losses);
  void add_block_gradients(const LinearRows& rows);
  void add_shifted_gradients(const Examples& examples);
  void move_gradients(std::span<double> to);
  void step(std::size_t rows);
  void shorten_steps();
  [[nodiscard]] std::size_t width() const { return options_.outputs * lanes(); }

  const GroupOptions& options_;
  const Kernels& kernels_;
  std::size_t models_;
  std::size_t steps_ = 0;
  double first_power_ = 1, second_power_ = 1;  // beta_1^steps, beta_2^steps
  Lanes weights_, gradients_, means_, squares_;
  Lanes biases_, bias_gradients_, bias_means_, bias_squares_;
  Lanes shifted_biases_;
  Lanes rates_, least_rates_, decays_, l1_, positive_weights_;  // a lane each
  Lanes bias_rates_, bias_decays_, none_;
  Lanes scores_, block_losses_;
  std::vector<double> losses_;
};

}  // namespace millrace::learn::linear_learner
