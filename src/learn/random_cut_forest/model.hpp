// A trained forest: rows become anomaly scores.
#pragma once

#include "learn/arrays.hpp"
#include "learn/model.hpp"
#include "learn/random_cut_forest/forest.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace millrace::learn::random_cut_forest {

// `columns`: of each tree's nodes and leaves, a node before what lies to its left and that before
// what lies to its right, the column that is cut, -1 for a leaf; `cuts`: where, or the leaf's mass;
// `points` (leaves x features): the leaves' points, in the same order; `shingle`: the number of
// points in a window, where that is more than one.
[[nodiscard]] std::vector<Array> to_arrays(const Forest& forest);

// Throws ModelError.
[[nodiscard]] Forest from_arrays(const std::vector<Array>& arrays);

// Throws AlgorithmError.
void save_forest(const std::filesystem::path& folder, const Forest& forest);

// Throws ModelError.
[[nodiscard]] std::unique_ptr<Model> load_model(const std::filesystem::path& folder);

}  // namespace millrace::learn::random_cut_forest
