// What of a row's anomaly score is due to each column, because it is too high or too low there.
#pragma once

#include "learn/random_cut_forest/forest.hpp"

#include <span>

namespace millrace::learn::random_cut_forest {

// Adds one tree's: for each column how much of the score is due to its being too high, then for
// each how much to its being too low. All of them add up to the score. A node's share goes to the
// columns in proportion to how far the row lies outside of its box; that of a row that is a leaf's
// point, to all of them evenly, as in the open random cut forest.
void attribute(const Tree& tree, std::span<const float> row, std::span<double> sums);

// The mean of the trees', for each row; `out` has twice as many places as there are columns, a row.
void attribute(const Forest& forest, const Windows& rows, std::span<float> out);

}  // namespace millrace::learn::random_cut_forest
