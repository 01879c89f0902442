#include "learn/trees/walks.hpp"

#include <algorithm>
#include <utility>

namespace millrace::learn::trees {
namespace {

// Walks in step all take as long as the longest; in deeper trees most end long before.
constexpr std::uint32_t in_step_depth = 32;
constexpr std::uint32_t by_category = 1U << 31;  // beside the place of a key
constexpr std::size_t places_per_leaf = 4;       // of a whole tree, at the most

// Calls `use` with `depth` as a constant.
template <std::uint32_t most, class Use>
void with_depth(std::uint32_t depth, const Use& use) {
  [&]<std::uint32_t... each>(std::integer_sequence<std::uint32_t, each...>) {
    (void)((depth == each && (use.template operator()<each>(), true)) || ...);
  }(std::make_integer_sequence<std::uint32_t, most + 1>());
}

// To leaves, whose places begin with 0, of whole trees: no branch depends on the data, as half of
// them would be guessed wrong. `splits_of` and `row_of` say where a lane finds its own.
template <std::uint32_t depth, std::size_t lanes, class SplitsOf, class RowOf>
[[gnu::always_inline]] inline void walk_whole(const SplitsOf& splits_of, const RowOf& row_of,
                                              std::array<std::uint32_t, lanes>& places) {
  places.fill(1);
  for (std::uint32_t level = 0; level < depth; ++level) {
#pragma GCC unroll 16
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const auto& split = splits_of(lane)[places[lane]];
      const bool is_right = row_of(lane)[split.key] > split.last_left;
      places[lane] = 2 * places[lane] + (is_right ? 1 : 0);
    }
  }
#pragma GCC unroll 16
  for (std::uint32_t& place : places) place -= 1U << depth;
}

}  // namespace

// A tree's nodes level by level, which puts siblings beside each other.
template <class Number>
struct Walks<Number>::Levels {
  std::vector<std::uint32_t> order = {0};
  std::uint32_t depth = 0;
  std::size_t leaves = 0;
  bool by_threshold = true;

  explicit Levels(const Tree<Number>& tree) {
    std::size_t level_end = 1;
    for (std::size_t at = 0; at < order.size(); ++at) {
      if (at == level_end) {
        ++depth;
        level_end = order.size();
      }
      const Node<Number>& node = tree.nodes[order[at]];
      if (node.is_leaf()) {
        ++leaves;
        continue;
      }
      by_threshold = by_threshold && !node.categories;
      order.push_back(node.left);
      order.push_back(node.right);
    }
  }

  [[nodiscard]] Way way() const {
    if (!by_threshold || depth > in_step_depth) return Way::alone;
    const bool fits = depth <= whole_depth && std::size_t{1} << depth <= places_per_leaf * leaves;
    return fits ? Way::whole : Way::in_step;
  }
};

template <class Number>
Walks<Number>::Walks(const Described<Number>& described, const RowKeys& keys)
    : groups_(described.groups), sets_(described.sets) {
  for (std::uint32_t at = 0; at < described.trees.size(); ++at) {
    const Levels levels(described.trees[at]);
    by_depth_.push_back({.depth = levels.depth,
                         .group = described.trees[at].group,
                         .tree = at,
                         .way = levels.way()});
  }
  std::ranges::stable_sort(by_depth_, {},
                           [](const Root& root) { return std::pair(root.way, root.depth); });
  trees_.resize(by_depth_.size());
  for (Root& root : by_depth_) {
    const Tree<Number>& tree = described.trees[root.tree];
    if (root.way == Way::whole)
      add_whole(tree, Levels(tree), keys, root);
    else
      add_steps(tree, Levels(tree), keys, root);
    trees_[root.tree] = root;
  }
}

// Below a leaf that is higher than others everything goes left, and ends in it.
template <class Number>
void Walks<Number>::add_whole(const Tree<Number>& tree, const Levels& levels, const RowKeys& keys,
                              Root& root) {
  root.first = static_cast<std::uint32_t>(splits_.size());
  root.leaves = static_cast<std::uint32_t>(leaves_.size());
  const std::size_t width = std::size_t{1} << root.depth;
  splits_.resize(splits_.size() + width);
  leaves_.resize(leaves_.size() + width);
  std::vector<std::size_t> places(tree.nodes.size(), 1);
  for (const std::uint32_t index : levels.order) {
    const Node<Number>& node = tree.nodes[index];
    std::size_t place = places[index];
    if (node.is_leaf()) {
      while (place < width) place *= 2;
      leaves_[root.leaves + place - width] = node.leaf;
    } else {
      splits_[root.first + place] = {node.last_left, keys.place(node)};
      places[node.left] = 2 * place;
      places[node.right] = 2 * place + 1;
    }
  }
}

template <class Number>
void Walks<Number>::add_steps(const Tree<Number>& tree, const Levels& levels, const RowKeys& keys,
                              Root& root) {
  root.first = static_cast<std::uint32_t>(steps_.size());
  std::uint32_t next_child = root.first + 1;
  for (const std::uint32_t index : levels.order) {
    const Node<Number>& node = tree.nodes[index];
    if (node.is_leaf()) {
      const auto place = static_cast<std::uint32_t>(steps_.size());
      steps_.push_back({static_cast<Key>(leaves_.size()), RowKeys::always_left, place});
      leaves_.push_back(node.leaf);
      continue;
    }
    Step step{node.last_left, keys.place(node), next_child};
    if (node.categories) {
      step.key |= by_category;
      step.last_left = static_cast<Key>(*node.categories);
    }
    steps_.push_back(step);
    next_child += 2;
  }
}

// Of a split by a threshold.
template <class Number>
inline std::uint32_t Walks<Number>::next(std::uint32_t place, const Key* row) const {
  const Step& step = steps_.data()[place];
  return step.left + (row[step.key] > step.last_left ? 1 : 0);
}

template <class Number>
inline void Walks<Number>::walk_steps(std::uint32_t depth, const Rows& rows, Places& places) const {
  for (; depth > 0; --depth) {
#pragma GCC unroll 16
    for (std::size_t lane = 0; lane < lanes; ++lane) places[lane] = next(places[lane], rows[lane]);
  }
  for (std::uint32_t& place : places)
    place = static_cast<std::uint32_t>(steps_.data()[place].last_left);
}

template <class Number>
std::uint32_t Walks<Number>::find_one(const Root& root, const Key* row) const {
  if (root.way == Way::whole) {
    const Split* const splits = splits_.data() + root.first;
    std::uint32_t place = 1;
    for (std::uint32_t level = 0; level < root.depth; ++level)
      place = 2 * place + (row[splits[place].key] > splits[place].last_left ? 1 : 0);
    return root.leaves + place - (1U << root.depth);
  }
  std::uint32_t place = root.first;
  while (steps_[place].left != place) {
    const Step& step = steps_[place];
    const Key key = row[step.key & ~by_category];
    const bool asks_category =
        (step.key & by_category) != 0 && key != before_all && key != behind_all;
    const auto set = static_cast<std::uint32_t>(step.last_left);
    const bool is_right = asks_category                   ? !sets_.goes_left(set, number_of(key))
                          : (step.key & by_category) != 0 ? key == behind_all
                                                          : key > step.last_left;
    place = step.left + (is_right ? 1 : 0);
  }
  return static_cast<std::uint32_t>(steps_[place].last_left);
}

// Trees that lie beside each other, whole ones of the same depth.
template <class Number>
void Walks<Number>::give_together(std::span<const Root, lanes> roots, const Key* row,
                                  Number* given) const {
  const Root& root = roots.front();
  Places found;
  if (root.way == Way::in_step) {
    Rows rows;
    rows.fill(row);
    for (std::size_t lane = 0; lane < lanes; ++lane) found[lane] = roots[lane].first;
    walk_steps(roots.back().depth, rows, found);
    for (std::size_t lane = 0; lane < lanes; ++lane)
      given[roots[lane].tree] = leaves_.data()[found[lane]];
    return;
  }
  with_depth<whole_depth>(root.depth, [&]<std::uint32_t depth> {
    const Split* const splits = splits_.data() + root.first;
    const Number* const leaves = leaves_.data() + root.leaves;
    walk_whole<depth, lanes>([&](std::size_t lane) { return splits + (lane << depth); },
                             [&](std::size_t) { return row; }, found);
    for (std::size_t lane = 0; lane < lanes; ++lane)
      given[roots[lane].tree] = leaves[(lane << depth) + found[lane]];
  });
}

template <class Number>
void Walks<Number>::find_of_rows(const Root& root, const Rows& rows, Places& found) const {
  if (root.way == Way::in_step) {
    found.fill(root.first);
    return walk_steps(root.depth, rows, found);
  }
  const Split* const splits = splits_.data() + root.first;
  with_depth<whole_depth>(root.depth, [&]<std::uint32_t depth> {
    walk_whole<depth, lanes>([&](std::size_t) { return splits; },
                             [&](std::size_t lane) { return rows[lane]; }, found);
  });
  for (std::uint32_t& place : found) place += root.leaves;
}

template <class Number>
void Walks<Number>::give(const Key* row, std::span<Number> given) const {
  const std::span<const Root> roots(by_depth_);
  for (std::size_t at = 0; at < roots.size();) {
    const Root& root = roots[at];
    const std::size_t last = at + lanes - 1;
    const bool together = root.way != Way::alone && last < roots.size() &&
                          roots[last].way == root.way &&
                          (root.way == Way::in_step || roots[last].depth == root.depth);
    if (!together) {
      given[root.tree] = leaves_[find_one(root, row)];
      ++at;
      continue;
    }
    give_together(roots.subspan(at).template first<lanes>(), row, given.data());
    at += lanes;
  }
}

template <class Number>
void Walks<Number>::add(std::span<const Key* const> rows, std::span<Number> sums) const {
  for (const Root& root : trees_) {
    std::size_t at = 0;
    for (; root.way != Way::alone && at + lanes <= rows.size(); at += lanes) {
      Rows several;
      Places found;
      std::copy_n(rows.begin() + static_cast<std::ptrdiff_t>(at), lanes, several.begin());
      find_of_rows(root, several, found);
      for (std::size_t lane = 0; lane < lanes; ++lane)
        sums[(at + lane) * groups_ + root.group] += leaves_[found[lane]];
    }
    for (; at < rows.size(); ++at)
      sums[at * groups_ + root.group] += leaves_[find_one(root, rows[at])];
  }
}

template class Walks<float>;
template class Walks<double>;

}  // namespace millrace::learn::trees
