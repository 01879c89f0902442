// The exact end of a training: models that mini-batches brought near their minimum are brought to
// it by steps over all rows.
#pragma once

#include "learn/linear_learner/group.hpp"
#include "learn/parallel.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace millrace::learn::linear_learner {

// Whether the objective has a gradient everywhere, without which these steps do not work.
[[nodiscard]] bool can_refine(LinearLossKind kind, const Variant& variant);

struct RefineOptions {
  std::size_t most_iterations = 0;
  std::function<bool()> stopped = [] { return false; };
};

// L-BFGS (Nocedal, 1980) on each model by itself, in the lanes of one group: at most as many
// variants as there are lanes, each with the weights that it starts from.
[[nodiscard]] std::vector<Weights> refine(const GroupOptions& options,
                                          std::span<const Variant> variants,
                                          std::span<const Weights> starts, const Examples& train,
                                          const RefineOptions& how, Parallel& parallel);

}  // namespace millrace::learn::linear_learner
