#include "learn/explained_trees.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace millrace::learn {
namespace {

struct Below {
  std::uint32_t place;
  std::uint32_t column;
  float threshold;
  [[nodiscard]] bool goes_left(float value) const { return value < threshold; }
};

// 10 where the column is below 0, which a quarter of the rows are, else 2.
ExplainedTree<Below> stump(std::uint32_t column, std::size_t group, double weight) {
  const std::vector<ShapleyNode> nodes = {{.left = 1, .right = 2, .column = column, .cover = 4},
                                          {.value = 10, .cover = 1},
                                          {.value = 2, .cover = 3}};
  return {.shapley = TreeShapley(nodes),
          .splits = {{.place = 0, .column = column, .threshold = 0}},
          .nodes = nodes.size(),
          .group = group,
          .weight = weight};
}

TEST(ExplainedTrees, AddEachTreeToItsOutput) {
  ExplainedTrees<Below> trees(2, 2);
  trees.push(stump(0, 0, 1));
  trees.push(stump(1, 1, 0.5));
  EXPECT_EQ(trees.means(), (std::vector<double>{4, 2}));
  const std::array<float, 2> low = {-1, -1};
  const std::array<float, 2> high = {1, 1};
  const std::array<const float*, 2> rows = {low.data(), high.data()};
  std::vector<double> shares(rows.size() * 2 * 3);
  trees.add(rows, shares);
  const std::vector<double> expected = {6, 0, 0, 0, 3, 0, -2, 0, 0, 0, -1, 0};
  for (std::size_t i = 0; i < shares.size(); ++i) EXPECT_NEAR(shares[i], expected[i], 1e-12) << i;
}

TEST(ExplainedTrees, AreNoLargerThanTheirBound) {
  const std::size_t bytes = stump(0, 0, 1).shapley.table_bytes();
  ExplainedTrees<Below> trees(1, 1, 2 * bytes);
  trees.push(stump(0, 0, 1));
  trees.push(stump(0, 0, 1));
  EXPECT_THROW(trees.push(stump(0, 0, 1)), ModelError);
}

}  // namespace
}  // namespace millrace::learn
