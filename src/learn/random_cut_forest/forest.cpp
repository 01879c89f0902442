#include "learn/random_cut_forest/forest.hpp"

#include <algorithm>
#include <array>

namespace millrace::learn::random_cut_forest {
namespace {

// Rows that are scored by one tree while it lies in the nearest caches.
constexpr std::size_t block_rows = 64;

std::vector<float> gather(const Windows& rows, std::span<const std::size_t> chosen) {
  std::vector<float> points;
  points.reserve(chosen.size() * rows.columns);
  for (const std::size_t row : chosen) {
    const auto values = rows.row(row);
    points.insert(points.end(), values.begin(), values.end());
  }
  return points;
}

void score_block(const Forest& forest, const Windows& rows, std::span<float> out) {
  std::array<double, block_rows> sums{};
  for (const Tree& tree : forest.trees) {
    for (std::size_t row = 0; row < rows.count; ++row)
      sums[row] += score(tree, rows.row(row).data(), kernels());
  }
  const auto trees = static_cast<double>(forest.trees.size());
  for (std::size_t row = 0; row < rows.count; ++row)
    out[row] = static_cast<float>(sums[row] / trees);
}

}  // namespace

std::size_t samples_of_a_tree(const ForestOptions& options, std::size_t rows) {
  if (options.own_samples) return std::min(options.samples_per_tree, rows);
  return std::min(options.samples_per_tree, rows / options.trees);
}

double forest_bytes(const ForestOptions& options, std::size_t columns) {
  const auto leaves =
      static_cast<double>(options.trees) * static_cast<double>(options.samples_per_tree);
  const auto box_and_point = static_cast<double>(3 * columns * sizeof(float));
  return leaves * (box_and_point + sizeof(Node) + sizeof(Leaf));
}

Forest plant(const Windows& rows, const ForestOptions& options, Parallel& parallel,
             const std::function<bool()>& stopped) {
  const std::size_t samples = samples_of_a_tree(options, rows.count);
  Draw draw(options.seed);
  const bool dealt = options.trees * samples <= rows.count;
  const auto sample =
      draw_distinct(draw, dealt ? options.trees * samples : std::size_t{0}, rows.count);
  std::vector<std::uint64_t> seeds(options.trees);
  std::ranges::generate(seeds, [&] { return draw.next(); });
  Forest forest{.columns = rows.columns, .trees = std::vector<Tree>(options.trees)};
  parallel.run(options.trees, [&](std::size_t tree) {
    if (tree > 0 && stopped()) return;
    Draw own(seeds[tree]);
    const auto points = dealt ? gather(rows, std::span(sample).subspan(tree * samples, samples))
                              : gather(rows, draw_distinct(own, samples, rows.count));
    forest.trees[tree] = grow({points, samples, rows.columns}, own);
  });
  std::erase_if(forest.trees, [](const Tree& tree) { return tree.leaves.empty(); });
  return forest;
}

void score(const Forest& forest, const Windows& rows, std::span<float> out) {
  for (std::size_t row = 0; row < rows.count; row += block_rows) {
    const std::size_t count = std::min(block_rows, rows.count - row);
    score_block(forest, rows.part(row, count), out.subspan(row, count));
  }
}

}  // namespace millrace::learn::random_cut_forest
