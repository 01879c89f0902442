// A forest of random cut trees over a sample of rows, and the mean of their scores.
#pragma once

#include "learn/parallel.hpp"
#include "learn/random_cut_forest/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::random_cut_forest {

struct ForestOptions {
  std::size_t trees = 100;
  std::size_t samples_per_tree = 256;
  std::uint64_t seed = 0;
};

struct Forest {
  std::size_t columns = 0;
  std::vector<Tree> trees;
};

// How many rows each tree gets: as AWS's algorithm has it, one sample is drawn without replacement
// and dealt out evenly, so that each gets fewer where there are few. 0: fewer rows than trees.
[[nodiscard]] std::size_t samples_of_a_tree(const ForestOptions& options, std::size_t rows);

// At most, in bytes.
[[nodiscard]] double forest_bytes(const ForestOptions& options, std::size_t columns);

// The same from the same seed, whatever the number of threads. At least as many rows as trees.
[[nodiscard]] Forest plant(const Rows& rows, const ForestOptions& options, Parallel& parallel);

// The mean of the trees' scores, for each row.
void score(const Forest& forest, const Rows& rows, std::span<float> out);

}  // namespace millrace::learn::random_cut_forest
