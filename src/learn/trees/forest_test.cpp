// However trees are walked - one row in many trees, many rows in a tree, in lanes with every kernel
// that this processor can run - the sums are those of the splits asked one by one, to the last bit.
#include "learn/trees/forest.hpp"

#include "learn/model.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <iterator>
#include <limits>
#include <random>
#include <vector>

namespace millrace::learn::trees {
namespace {

constexpr std::size_t columns = 5;
constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float tiny = 1e-36F;  // counts as zero, where a bound says so

// Few values, so that rows meet thresholds exactly, and the odd ones among them.
float number(std::mt19937& random) {
  const float choices[] = {-infinity,
                           -2.5F,
                           -tiny,
                           -0.0F,
                           0,
                           tiny,
                           1,
                           2.9F,
                           7,
                           infinity,
                           std::numeric_limits<float>::quiet_NaN()};
  return choices[random() % std::size(choices)];
}

struct Kind {
  bool categories = false;
  bool zeros_missing = false;
  std::size_t groups = 3;
  int ends_early = 8;  // one node of so many
};

template <class Number>
void make_split(Node<Number>& node, const Kind& kind, CategorySets& sets, std::mt19937& random) {
  const float threshold = number(random);
  node.column = static_cast<std::uint32_t>(random() % columns);
  node.last_left = threshold == threshold ? key_of(threshold) : before_all;
  node.missing_left = random() % 2 == 0;
  node.zero_is_missing = kind.zeros_missing && random() % 2 == 0;
  if (kind.categories && random() % 4 == 0)
    node.categories =
        sets.add_bits(std::vector<std::uint32_t>{static_cast<std::uint32_t>(random())});
}

// Grows below `at` until it is `depth` deep; now and then it ends before.
template <class Number>
void grow(Tree<Number>& tree, std::uint32_t at, std::size_t depth, const Kind& kind,
          CategorySets& sets, std::mt19937& random) {
  tree.nodes[at].leaf = static_cast<Number>(random() % 1000) / 7;
  if (depth == 0 || random() % static_cast<unsigned>(kind.ends_early) == 0) return;
  const auto left = static_cast<std::uint32_t>(tree.nodes.size());
  tree.nodes.resize(tree.nodes.size() + 2);
  tree.nodes[at].left = left;
  tree.nodes[at].right = left + 1;
  make_split(tree.nodes[at], kind, sets, random);
  grow(tree, left, depth - 1, kind, sets, random);
  grow(tree, left + 1, depth - 1, kind, sets, random);
}

template <class Number>
Described<Number> forest_of(std::size_t depth, const Kind& kind, std::mt19937& random) {
  Described<Number> made{.columns = columns,
                         .groups = kind.groups,
                         .zero_bound = random() % 2 == 0 ? 0 : 1e-35F,
                         .sets = CategorySets({.above = -1, .below = 100}),
                         .trees = {}};
  for (std::uint32_t i = 0; i < 40; ++i) {
    Tree<Number>& tree = made.trees.emplace_back();
    tree.group = static_cast<std::uint32_t>(i % kind.groups);
    tree.nodes.resize(1);
    grow(tree, 0, depth - (i % 3 == 0 && depth > 0 ? 1 : 0), kind, made.sets, random);
  }
  return made;
}

template <class Number>
bool goes_left(const Described<Number>& forest, const Node<Number>& node, float value) {
  const bool zero = std::fabs(value) <= forest.zero_bound;
  if (std::isnan(value) || (node.zero_is_missing && zero)) return node.missing_left;
  if (node.categories) return forest.sets.goes_left(*node.categories, zero ? 0 : value);
  return node.last_left != before_all && (zero ? 0 : value) <= number_of(node.last_left);
}

using Row = std::array<float, columns>;

template <class Number>
std::vector<Number> sums_by_splits(const Described<Number>& forest, const std::vector<Row>& rows) {
  std::vector<Number> sums(rows.size() * forest.groups, Number{1} / 10);
  for (const Tree<Number>& tree : forest.trees) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const Node<Number>* node = tree.nodes.data();
      while (!node->is_leaf()) {
        const bool left = goes_left(forest, *node, rows[row][node->column]);
        node = tree.nodes.data() + (left ? node->left : node->right);
      }
      sums[row * forest.groups + tree.group] += node->leaf;
    }
  }
  return sums;
}

std::vector<const float*> starts_of(const std::vector<Row>& rows) {
  std::vector<const float*> starts;
  for (const Row& row : rows) starts.push_back(row.data());
  return starts;
}

std::vector<Row> rows_of(std::size_t count, std::mt19937& random) {
  std::vector<Row> rows(count);
  for (Row& row : rows) {
    for (float& one : row) one = number(random);
  }
  return rows;
}

template <class Number>
void expect_same_sums(const Described<Number>& described, std::mt19937& random) {
  const Forest<Number> forest(described);
  for (const std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{19}, lane_count}) {
    const std::vector<Row> rows = rows_of(count, random);
    std::vector<Number> sums(count * described.groups, Number{1} / 10);
    forest.add(starts_of(rows), sums);
    EXPECT_EQ(sums, sums_by_splits(described, rows)) << count << " rows";
  }
}

const Kind kinds[] = {
    {}, {.groups = 1}, {.zeros_missing = true}, {.categories = true, .zeros_missing = true}};

// Those of depth 9 and more, and those that end early, are not stored whole; few of depth 40 are
// walked in step.
TEST(TreeForest, AddsWhatItsSplitsSay) {
  std::mt19937 random(11);
  for (const Kind& kind : kinds) {
    for (std::size_t depth = 0; depth < 11; ++depth) {
      expect_same_sums(forest_of<float>(depth, kind, random), random);
      expect_same_sums(forest_of<double>(depth, kind, random), random);
    }
    Kind thin = kind;
    thin.ends_early = 2;
    for (const std::size_t depth : {12, 40})
      expect_same_sums(forest_of<double>(depth, thin, random), random);
  }
}

// A chain whose every split has a leaf on its left.
template <class Number>
Described<Number> chain_of(std::uint32_t splits, std::size_t trees = 20) {
  Described<Number> made{.columns = 1, .trees = std::vector<Tree<Number>>(trees)};
  for (Tree<Number>& tree : made.trees) {
    tree.nodes.resize(2 * std::size_t{splits} + 1);
    for (std::uint32_t i = 0; i < splits; ++i) {
      Node<Number>& node = tree.nodes[2 * std::size_t{i}];
      node.left = 2 * i + 1;
      node.right = 2 * i + 2;
      node.last_left = key_of(static_cast<float>(i));
      tree.nodes[node.left].leaf = static_cast<Number>(i);
    }
    tree.nodes.back().leaf = -1;
  }
  return made;
}

TEST(TreeForest, WalksLongTrees) {
  for (const std::uint32_t splits : {1U, 20U, 33U, 10'000U}) {
    const Forest<float> forest(chain_of<float>(splits));
    for (const float value : {0.0F, 0.5F, 19.0F, 1e9F}) {
      std::vector<float> given(20);
      forest.give(&value, given);
      const float expected = std::ceil(value) < static_cast<float>(splits) ? std::ceil(value) : -1;
      EXPECT_EQ(given, std::vector<float>(20, expected)) << splits << " splits, " << value;
    }
  }
}

template <class Number>
void expect_same_in_lanes(const Described<Number>& described, std::mt19937& random) {
  const RowKeys row_keys(described);
  const std::vector<Row> rows = rows_of(1 + random() % lane_count, random);
  std::vector<std::vector<Key>> keys(rows.size(), std::vector<Key>(row_keys.size()));
  std::vector<const Key*> starts;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    row_keys.fill(rows[row].data(), keys[row].data());
    starts.push_back(keys[row].data());
  }
  for (const auto kernel : LaneForest<Number>::kernels()) {
    const auto forest = LaneForest<Number>::make(described, row_keys, kernel);
    ASSERT_TRUE(forest);
    std::vector<Number> sums(rows.size() * described.groups, Number{1} / 10);
    forest->add(starts, sums);
    EXPECT_EQ(sums, sums_by_splits(described, rows));
  }
}

TEST(LaneForest, AddsWhatItsSplitsSay) {
  std::mt19937 random(12);
  for (std::size_t round = 0; round < 60; ++round) {
    const Kind kind{.zeros_missing = round % 2 == 0};
    expect_same_in_lanes(forest_of<float>(round % 7, kind, random), random);
    expect_same_in_lanes(forest_of<double>(round % 7, kind, random), random);
  }
}

template <class Number>
bool fits_in_lanes(const Described<Number>& described) {
  return LaneForest<Number>::make(described, RowKeys(described), nullptr).has_value();
}

TEST(LaneForest, IsNotMadeOfTreesThatDoNotFit) {
  std::mt19937 random(13);
  Described<float> described = forest_of<float>(6, {.ends_early = 1000}, random);
  EXPECT_TRUE(fits_in_lanes(described));
  EXPECT_FALSE(fits_in_lanes(forest_of<float>(9, {.ends_early = 1000}, random)));
  EXPECT_TRUE(fits_in_lanes(chain_of<float>(32)));
  EXPECT_FALSE(fits_in_lanes(chain_of<float>(33)));
  EXPECT_FALSE(fits_in_lanes(chain_of<float>(1'000'000, 1)));
  described.trees[0].nodes[0].categories = 0;
  EXPECT_FALSE(fits_in_lanes(described));
}

TEST(TreeForest, RefusesWhatIsNoTree) {
  const auto refuses = [](auto change) {
    Described<float> described = chain_of<float>(3);
    change(described.trees[7]);
    EXPECT_THROW(Forest<float>{described}, ModelError);
  };
  refuses([](Tree<float>& tree) { tree.nodes.clear(); });
  refuses([](Tree<float>& tree) { tree.nodes[2].right = 7; });
  refuses([](Tree<float>& tree) { tree.nodes[2].right = 0; });
  refuses([](Tree<float>& tree) { tree.nodes[2].left = 1; });
  refuses([](Tree<float>& tree) { tree.nodes[4].left = 2; });
  refuses([](Tree<float>& tree) { tree.nodes[4].column = 1; });
  refuses([](Tree<float>& tree) { tree.group = 1; });
}

TEST(Key, HasTheOrderOfNumbers) {
  const float rising[] = {
      -infinity, -2.5F, -tiny, -std::numeric_limits<float>::denorm_min(), 0,
      tiny,      1,     7,     std::numeric_limits<float>::max(),         infinity};
  EXPECT_LT(before_all, key_of(rising[0]) - 1);
  for (std::size_t i = 1; i < std::size(rising); ++i) {
    EXPECT_LT(key_of(rising[i - 1]), key_of(rising[i]));
    EXPECT_EQ(number_of(key_of(rising[i])), rising[i]);
  }
  EXPECT_LT(key_of(infinity), behind_all);
  EXPECT_EQ(key_of(-0.0F), key_of(0.0F));
}

TEST(CategorySets, KnowTheirMembers) {
  CategorySets sets({.above = -1, .below = 1000, .members_go_left = false});
  const std::uint32_t some = sets.add_members(std::vector<std::uint32_t>{0, 33, 70});
  const std::uint32_t others = sets.add_bits(std::vector<std::uint32_t>{0b110});
  for (const float member : {0.0F, -0.5F, 0.9F, 33.0F, 70.5F})
    EXPECT_FALSE(sets.goes_left(some, member)) << member;
  for (const float other : {-1.0F, 1.0F, 34.0F, 71.0F, 96.0F, 1e9F, infinity, -infinity})
    EXPECT_TRUE(sets.goes_left(some, other)) << other;
  EXPECT_FALSE(sets.goes_left(others, 2));
  EXPECT_TRUE(sets.goes_left(others, 33));
}

TEST(CategorySets, AreBounded) {
  CategorySets sets;
  EXPECT_THROW(sets.add_members(std::vector{(1U << 31) - 1}), ModelError);
  EXPECT_EQ(sets.add_members(std::vector{((1U << 26) - 2) * 32 - 1}), 0U);
  EXPECT_THROW(sets.add_bits(std::vector{1U}), ModelError);
}

}  // namespace
}  // namespace millrace::learn::trees
