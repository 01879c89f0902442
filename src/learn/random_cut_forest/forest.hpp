// A forest of random cut trees over a sample of rows, and the mean of their scores.
#pragma once

#include "learn/parallel.hpp"
#include "learn/random_cut_forest/tree.hpp"
#include "learn/random_cut_forest/windows.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace millrace::learn::random_cut_forest {

struct ForestOptions {
  std::size_t trees = 100;
  std::size_t samples_per_tree = 256;
  bool own_samples = true;  // where there are not enough rows for all; else they are dealt out
  std::uint64_t seed = 0;
};

struct Forest {
  std::size_t columns = 0;  // of a window, where rows are points of a stream
  std::vector<Tree> trees;
  std::size_t shingle = 1;  // the number of points in a window

  [[nodiscard]] std::size_t features() const { return columns / shingle; }
};

// How many rows each tree gets. One sample is drawn without replacement and dealt out evenly; where
// there are too few rows, each tree draws a sample of its own, or gets fewer. 0: there are fewer
// rows than trees to deal them out to.
[[nodiscard]] std::size_t samples_of_a_tree(const ForestOptions& options, std::size_t rows);

// At most, in bytes.
[[nodiscard]] double forest_bytes(const ForestOptions& options, std::size_t columns);

// The same from the same seed, whatever the number of threads. Each tree gets a row at least. Once
// `stopped` says so, which is asked before each tree by any thread, no other is begun, but for the
// first.
[[nodiscard]] Forest plant(
    const Windows& rows, const ForestOptions& options, Parallel& parallel,
    const std::function<bool()>& stopped = [] { return false; });

// The mean of the trees' scores, for each row.
void score(const Forest& forest, const Windows& rows, std::span<float> out);

}  // namespace millrace::learn::random_cut_forest
