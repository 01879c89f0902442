#include "learn/linear_learner/refine.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <memory>
#include <ranges>

namespace millrace::learn::linear_learner {
namespace {

constexpr std::size_t remembered = 8;  // steps, from which the curvature is known
constexpr double flat = 1e-7;          // relative: a smaller decrease is the end
constexpr double least_step = 1.0 / (1 << 20);

// Numbers of all models, by place and lane; one number a lane.
using Numbers = std::vector<double>;

class Refinement {
 public:
  Refinement(const GroupOptions& options, std::span<const Variant> variants, const Examples& train,
             Parallel& parallel)
      : options_(options), train_(train), parallel_(parallel), variants_(variants) {
    const Weights nothing{.weights = std::vector<float>(options.columns * options.outputs),
                          .biases = std::vector<float>(options.outputs)};
    for (std::size_t i = 0; i < parallel.threads(); ++i)
      groups_.push_back(std::make_unique<Group>(options, variants, nothing, kernels()));
    lanes_ = groups_[0]->lanes();
  }

  std::vector<Weights> run(std::span<const Weights> starts, const RefineOptions& how) {
    weights_ = spread(starts);
    objective_ = evaluate(weights_, gradient_);
    done_.assign(lanes_, false);
    for (std::size_t i = 0; i < how.most_iterations && !how.stopped() && !all_done(); ++i) step();
    groups_[0]->set_weights(weights_);
    std::vector<Weights> refined;
    for (std::size_t model = 0; model < starts.size(); ++model)
      refined.push_back(groups_[0]->weights_of(model));
    return refined;
  }

 private:
  [[nodiscard]] std::size_t places() const { return (options_.columns + 1) * options_.outputs; }
  [[nodiscard]] bool is_bias(std::size_t place) const {
    return place >= options_.columns * options_.outputs;
  }
  [[nodiscard]] bool all_done() const {
    return std::ranges::all_of(done_, [](bool done) { return done; });
  }
  [[nodiscard]] double decay_of(std::size_t place, std::size_t lane) const {
    const double decay = variants_[std::min(lane, variants_.size() - 1)].weight_decay;
    return is_bias(place) ? decay * options_.steps.bias_decay : decay;
  }

  [[nodiscard]] Numbers spread(std::span<const Weights> starts) const {
    Numbers all(places() * lanes_);
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      const Weights& one = starts[std::min(lane, starts.size() - 1)];
      for (std::size_t output = 0; output < options_.outputs; ++output) {
        for (std::size_t column = 0; column < options_.columns; ++column) {
          all[(column * options_.outputs + output) * lanes_ + lane] =
              static_cast<double>(one.weights[output * options_.columns + column]);
        }
        all[(options_.columns * options_.outputs + output) * lanes_ + lane] =
            static_cast<double>(one.biases[output]);
      }
    }
    return all;
  }

  // The objective of each model: its mean loss and the L2 term; and the gradient of that.
  Numbers evaluate(const Numbers& weights, Numbers& gradient) {
    std::vector<Numbers> gradients(groups_.size());
    std::vector<Numbers> losses(groups_.size(), Numbers(lanes_));
    parallel_.split(train_.count(), [&](std::size_t thread, std::size_t first, std::size_t last) {
      gradients[thread].resize(weights.size());
      groups_[thread]->set_weights(weights);
      losses[thread] =
          groups_[thread]->add_gradients(train_, first, last - first, gradients[thread]);
    });
    gradient.assign(weights.size(), 0);
    Numbers objective(lanes_);
    const auto rows = static_cast<double>(train_.count());
    for (std::size_t thread = 0; thread < groups_.size(); ++thread) {
      for (std::size_t i = 0; i < gradients[thread].size(); ++i)
        gradient[i] += gradients[thread][i] / rows;
      for (std::size_t lane = 0; lane < lanes_; ++lane)
        objective[lane] += losses[thread][lane] / rows;
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
      const double decay = decay_of(i / lanes_, i % lanes_);
      gradient[i] += decay * weights[i];
      objective[i % lanes_] += decay * weights[i] * weights[i] / 2;
      if (is_bias(i / lanes_) && !options_.steps.use_bias) gradient[i] = 0;
    }
    return objective;
  }

  [[nodiscard]] Numbers dot(const Numbers& a, const Numbers& b) const {
    Numbers sums(lanes_);
    for (std::size_t i = 0; i < a.size(); ++i) sums[i % lanes_] += a[i] * b[i];
    return sums;
  }

  void add(Numbers& sum, const Numbers& what, const Numbers& factors) const {
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += what[i] * factors[i % lanes_];
  }

  // A step and the change of the gradient over it. A lane whose curvature cannot be told has a
  // weight of 0.
  struct Memory {
    Numbers step, change, weight;
    Numbers scale;  // of the inverse curvature
  };

  [[nodiscard]] Numbers direction() const {
    Numbers result = gradient_;
    std::vector<Numbers> shares;
    for (const Memory& memory : std::views::reverse(memories_)) {
      Numbers share = dot(memory.step, result);
      for (std::size_t lane = 0; lane < lanes_; ++lane) share[lane] *= -memory.weight[lane];
      add(result, memory.change, share);
      shares.push_back(std::move(share));
    }
    if (!memories_.empty()) {
      for (std::size_t i = 0; i < result.size(); ++i)
        result[i] *= memories_.back().scale[i % lanes_];
    }
    for (const Memory& memory : memories_) {
      Numbers share = dot(memory.change, result);
      for (std::size_t lane = 0; lane < lanes_; ++lane)
        share[lane] = -shares.back()[lane] - memory.weight[lane] * share[lane];
      add(result, memory.step, share);
      shares.pop_back();
    }
    for (double& number : result) number = -number;
    return result;
  }

  // Halves the steps of those models whose objective does not fall.
  void step() {
    const Numbers way = direction();
    const Numbers slope = dot(way, gradient_);
    Numbers length = first_lengths();
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      if (done_[lane] || !(slope[lane] < 0)) length[lane] = 0;
    }
    while (true) {
      Numbers next = weights_;
      add(next, way, length);
      Numbers gradient;
      const Numbers objective = evaluate(next, gradient);
      if (shorten(objective, slope, length)) continue;
      remember(next, gradient);
      finish(objective);
      weights_ = std::move(next);
      gradient_ = std::move(gradient);
      objective_ = objective;
      return;
    }
  }

  [[nodiscard]] Numbers first_lengths() const {
    if (!memories_.empty()) return Numbers(lanes_, 1);
    Numbers lengths = dot(gradient_, gradient_);
    for (double& length : lengths) length = length > 0 ? std::min(1.0, 1 / std::sqrt(length)) : 1;
    return lengths;
  }

  // Whether some steps were too long; those are now shorter, or none.
  bool shorten(const Numbers& objective, const Numbers& slope, Numbers& length) const {
    constexpr double share = 1e-4;
    bool any = false;
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      if (length[lane] == 0) continue;
      if (objective[lane] <= objective_[lane] + share * length[lane] * slope[lane]) continue;
      any = true;
      length[lane] = length[lane] > least_step ? length[lane] / 2 : 0;
    }
    return any;
  }

  void remember(const Numbers& next, const Numbers& gradient) {
    Memory memory{.step = next, .change = gradient, .weight = Numbers(lanes_), .scale = {}};
    for (std::size_t i = 0; i < next.size(); ++i) {
      memory.step[i] -= weights_[i];
      memory.change[i] -= gradient_[i];
    }
    const Numbers both = dot(memory.step, memory.change);
    const Numbers changes = dot(memory.change, memory.change);
    memory.scale = memories_.empty() ? Numbers(lanes_, 1) : memories_.back().scale;
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      if (!(both[lane] > 1e-12 * changes[lane])) continue;
      memory.weight[lane] = 1 / both[lane];
      memory.scale[lane] = both[lane] / changes[lane];
    }
    memories_.push_back(std::move(memory));
    if (memories_.size() > remembered) memories_.pop_front();
  }

  void finish(const Numbers& objective) {
    for (std::size_t lane = 0; lane < lanes_; ++lane) {
      const double decrease = objective_[lane] - objective[lane];
      if (!(decrease > flat * std::abs(objective_[lane]))) done_[lane] = true;
    }
  }

  const GroupOptions& options_;
  const Examples& train_;
  Parallel& parallel_;
  std::span<const Variant> variants_;
  std::vector<std::unique_ptr<Group>> groups_;  // one a thread
  std::size_t lanes_ = 0;
  Numbers weights_, gradient_, objective_;
  std::deque<Memory> memories_;
  std::vector<bool> done_;
};

}  // namespace

bool can_refine(LinearLossKind kind, const Variant& variant) {
  using enum LinearLossKind;
  switch (kind) {
    case squared:
    case insensitive_squared:
    case huber:
    case logistic:
    case softmax:
      return variant.l1 == 0;
    case absolute:
    case insensitive_absolute:
    case quantile:
    case hinge:
      break;
  }
  return false;
}

std::vector<Weights> refine(const GroupOptions& options, std::span<const Variant> variants,
                            std::span<const Weights> starts, const Examples& train,
                            const RefineOptions& how, Parallel& parallel) {
  return Refinement(options, variants, train, parallel).run(starts, how);
}

}  // namespace millrace::learn::linear_learner
