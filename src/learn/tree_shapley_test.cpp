// Beside the definition: Shapley values summed over all sets of columns.
#include "learn/tree_shapley.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <random>
#include <stdexcept>
#include <string>

namespace millrace::learn {
namespace {

using Nodes = std::vector<ShapleyNode>;
using Choices = std::vector<std::uint8_t>;

// What the tree gives where only the columns of `known` are; others follow the covers.
double value_of(const Nodes& nodes, const Choices& goes_left, std::uint32_t known,
                std::int32_t place = 0) {
  const ShapleyNode& node = nodes[static_cast<std::size_t>(place)];
  if (node.left < 0) return node.value;
  if ((known >> node.column & 1U) != 0) {
    const bool left = goes_left[static_cast<std::size_t>(place)] != 0;
    return value_of(nodes, goes_left, known, left ? node.left : node.right);
  }
  double sum = 0;
  for (const std::int32_t child : {node.left, node.right}) {
    sum += nodes[static_cast<std::size_t>(child)].cover / node.cover *
           value_of(nodes, goes_left, known, child);
  }
  return sum;
}

double factorial(int n) { return std::tgamma(n + 1); }

std::vector<double> by_definition(const Nodes& nodes, const Choices& goes_left, int columns) {
  std::vector<double> values(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column) {
    for (std::uint32_t set = 0; set < 1U << columns; ++set) {
      const std::uint32_t bit = 1U << column;
      if ((set & bit) != 0) continue;
      const int size = std::popcount(set);
      values[static_cast<std::size_t>(column)] +=
          factorial(size) * factorial(columns - size - 1) / factorial(columns) *
          (value_of(nodes, goes_left, set | bit) - value_of(nodes, goes_left, set));
    }
  }
  return values;
}

std::vector<double> by_tree(const Nodes& nodes, const Choices& goes_left, int columns,
                            double weight = 1) {
  std::vector<double> shares(static_cast<std::size_t>(columns));
  TreeShapley::Scratch scratch;
  TreeShapley(nodes).add(goes_left, weight, shares, scratch);
  return shares;
}

TEST(TreeShapley, IsTheDifferenceFromTheMeanWhereOneColumnDecides) {
  const Nodes nodes = {{.left = 1, .right = 2, .column = 1, .cover = 4},
                       {.value = 10, .cover = 1},
                       {.value = 2, .cover = 3}};
  EXPECT_EQ(TreeShapley(nodes).mean(), 4);
  EXPECT_NEAR(by_tree(nodes, {1, 0, 0}, 2)[1], 6, 1e-14);
  EXPECT_NEAR(by_tree(nodes, {0, 0, 0}, 2)[1], -2, 1e-14);
  EXPECT_NEAR(by_tree(nodes, {0, 0, 0}, 2, 0.5)[1], -1, 1e-14);
  EXPECT_EQ(by_tree(nodes, {0, 0, 0}, 2)[0], 0);
}

// x0 and x1, each true for half of the rows: 1 only where both are. Each has half of what is above
// the mean.
TEST(TreeShapley, DividesEquallyBetweenEquals) {
  const Nodes nodes = {{.left = 1, .right = 2, .column = 0, .cover = 4},
                       {.left = 3, .right = 4, .column = 1, .cover = 2},
                       {.value = 0, .cover = 2},
                       {.value = 1, .cover = 1},
                       {.value = 0, .cover = 1}};
  const auto both = by_tree(nodes, {1, 1, 0, 0, 0}, 2);
  EXPECT_NEAR(both[0], 0.375, 1e-14);
  EXPECT_NEAR(both[1], 0.375, 1e-14);
}

TEST(TreeShapley, OfATreeWithoutSplitsIsNothing) {
  const Nodes nodes = {{.value = 3, .cover = 2}};
  EXPECT_EQ(TreeShapley(nodes).mean(), 3);
  EXPECT_EQ(by_tree(nodes, {0}, 1)[0], 0);
}

Nodes random_tree(std::mt19937& random, int columns, std::size_t leaves) {
  Nodes nodes = {{.value = 1, .cover = 1000}};
  while (nodes.size() < 2 * leaves - 1) {
    const std::size_t place = random() % nodes.size();
    if (nodes[place].left >= 0) continue;
    nodes[place].left = static_cast<std::int32_t>(nodes.size());
    nodes[place].right = nodes[place].left + 1;
    nodes[place].column =
        static_cast<std::uint32_t>(random()) % static_cast<std::uint32_t>(columns);
    const double left = nodes[place].cover * (1 + static_cast<double>(random() % 98)) / 100;
    for (const double cover : {left, nodes[place].cover - left})
      nodes.push_back({.value = static_cast<double>(random() % 2000) / 100 - 10, .cover = cover});
  }
  return nodes;
}

unsigned seed() {
  const char* given = std::getenv("MILLRACE_SEED");
  const unsigned seed = given ? static_cast<unsigned>(std::atoi(given)) : std::random_device()();
  std::cout << "MILLRACE_SEED=" << seed << '\n';
  return seed;
}

TEST(TreeShapley, IsThatOfTheDefinition) {
  std::mt19937 random(seed());
  for (int trial = 0; trial < 200; ++trial) {
    const int columns = 1 + static_cast<int>(random() % 9);
    const Nodes nodes = random_tree(random, columns, 2 + random() % 60);
    Choices goes_left(nodes.size());
    for (std::uint8_t& choice : goes_left) choice = random() % 2;
    const auto expected = by_definition(nodes, goes_left, columns);
    const auto shares = by_tree(nodes, goes_left, columns);
    double sum = TreeShapley(nodes).mean();
    for (std::size_t column = 0; column < expected.size(); ++column) {
      EXPECT_NEAR(shares[column], expected[column], 1e-11) << "trial " << trial;
      sum += shares[column];
    }
    EXPECT_NEAR(sum, value_of(nodes, goes_left, ~0U), 1e-10) << "trial " << trial;
  }
}

// A chain of so many columns that no set of them could be counted; the parts add up.
TEST(TreeShapley, AddsUpInDeepTrees) {
  constexpr int depth = 150;
  Nodes nodes;
  for (int level = 0; level < depth; ++level) {
    const double cover = std::pow(0.95, level);
    const auto next = static_cast<std::int32_t>(nodes.size() + 2);
    nodes.push_back({.left = next - 1,
                     .right = next,
                     .column = static_cast<std::uint32_t>(level),
                     .cover = cover});
    nodes.push_back({.value = static_cast<double>(level % 7), .cover = 0.05 * cover});
  }
  nodes.push_back({.value = 100, .cover = std::pow(0.95, depth)});
  const Choices goes_left(nodes.size(), 0);
  double sum = TreeShapley(nodes).mean();
  for (const double share : by_tree(nodes, goes_left, depth)) sum += share;
  EXPECT_NEAR(sum, 100, 1e-9);
}

TEST(TreeShapley, TakesChildrenWithoutRows) {
  const Nodes nodes = {{.left = 1, .right = 2, .column = 0, .cover = 4},
                       {.value = 10, .cover = 0},
                       {.value = 2, .cover = 4}};
  EXPECT_NEAR(by_tree(nodes, {1, 0, 0}, 1)[0], 8, 1e-12);
  EXPECT_NEAR(by_tree(nodes, {0, 0, 0}, 1)[0], 0, 1e-12);
}

TEST(TreeShapley, RefusesWhatIsNoTree) {
  EXPECT_THROW(TreeShapley(Nodes{}), std::invalid_argument);
  const Nodes out = {{.left = 1, .right = 7, .cover = 1}, {.cover = 1}};
  EXPECT_THROW(TreeShapley{out}, std::invalid_argument);
  const Nodes loop = {{.left = 1, .right = 1, .cover = 1}, {.left = 1, .right = 1, .cover = 1}};
  EXPECT_THROW(TreeShapley{loop}, std::invalid_argument);
  const Nodes empty = {{.left = 1, .right = 2}, {.cover = 1}, {.cover = 1}};
  EXPECT_THROW(TreeShapley{empty}, std::invalid_argument);
}

// A chain whose every split has a leaf on its left; each asks for a column of its own.
Nodes chain_of(std::int32_t splits) {
  Nodes nodes;
  for (std::int32_t i = 0; i < splits; ++i) {
    nodes.push_back({2 * i + 1, 2 * i + 2, static_cast<std::uint32_t>(i), 0, 1});
    nodes.push_back({.value = 1, .cover = 0.5});
  }
  nodes.push_back({.value = 2, .cover = 0.5});
  return nodes;
}

TEST(TreeShapley, RefusesLargeTablesBeforeItMakesThem) {
  const Nodes nodes = chain_of(100);
  const std::size_t bytes = TreeShapley(nodes).table_bytes();
  EXPECT_NO_THROW(TreeShapley(nodes, bytes));
  EXPECT_THROW(TreeShapley(nodes, bytes - 1), std::invalid_argument);
}

TEST(TreeShapley, RefusesTreesThatAreTooDeep) {
  const auto limit = static_cast<std::int32_t>(TreeShapley::depth_limit);
  const auto complaint = [](std::int32_t splits) -> std::string {
    try {
      TreeShapley(chain_of(splits), 1);
    } catch (const std::invalid_argument& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(complaint(limit), "its trees are too large");
  EXPECT_EQ(complaint(limit + 1), "a tree is too deep");
}

}  // namespace
}  // namespace millrace::learn
