// A trained k-NN: rows become the label that their neighbors have, or their labels' mean.
#pragma once

#include "learn/knn/stored_model.hpp"
#include "learn/model.hpp"
#include "learn/parallel.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace millrace::learn::knn {

// Rows as the index holds them: projected, of length 1 or longer by zeros, where the plan has it
// so.
[[nodiscard]] std::vector<float> points_of(const Rows& rows, const Plan& plan,
                                           const std::optional<Reduction>& reduction);

// The most frequent label, of equally frequent ones the smallest; or the mean.
[[nodiscard]] float predicted_label(Predictor predictor, std::span<const float> labels);

// For each row its prediction; on all threads.
[[nodiscard]] std::vector<float> predict_labels(const Rows& points, const Index& index,
                                                const StoredModel& model, Parallel& parallel);

// Throws ModelError.
[[nodiscard]] std::unique_ptr<Model> load_model(const std::filesystem::path& folder);

}  // namespace millrace::learn::knn
