// For a leaf with value v below splits on the columns P, let z_j be the share of rows that column
// j's splits let through to it, and o_j 1 where the row passes them all, else 0. The Shapley value
// of column i is, as the weights s! (n - 1 - s)! / n! are integrals of t^s (1 - t)^(n - 1 - s),
//
//   sum over leaves of v (o_i - z_i) * integral from 0 to 1 of prod_{j in P, j != i} g_j(t) dt,
//   g_j(t) = z_j (1 - t) + o_j t.
//
// The integrand is a polynomial, so Gauss and Legendre's rule with |P| / 2 points is exact. At each
// point the product grows down the tree and the sum over leaves is gathered up it, divided by g_i
// at the edges of i: with o_j 0 or 1 all factors are known beforehand.
#include "learn/tree_shapley.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <stdexcept>

namespace millrace::learn {
namespace {

using Vector [[gnu::vector_size(32), gnu::aligned(8)]] = double;

// A child without rows must not divide by zero; its part is as good as zero.
constexpr double least_share = 1e-30;

// Whether the row passes this node's split and all above it on the same column: not even the former
// ones, all but this, all.
constexpr std::size_t states = 3;

Vector& at(double* numbers) { return *reinterpret_cast<Vector*>(numbers); }
const Vector& at(const double* numbers) { return *reinterpret_cast<const Vector*>(numbers); }

struct Rule {
  std::vector<double> points;
  std::vector<double> weights;
};

// P_n(x) and P_{n-1}(x) of Legendre.
std::pair<double, double> legendre(std::size_t n, double x) {
  double former = 1;
  double now = x;
  for (std::size_t k = 2; k <= n; ++k) {
    const auto order = static_cast<double>(k);
    const double next = ((2 * order - 1) * x * now - (order - 1) * former) / order;
    former = now;
    now = next;
  }
  return {now, former};
}

// Gauss and Legendre's rule on [0, 1], by Newton's method.
Rule quadrature(std::size_t n) {
  Rule rule;
  const auto count = static_cast<double>(n);
  for (std::size_t i = 0; i < n; ++i) {
    double x = std::cos(std::numbers::pi * (static_cast<double>(i) + 0.75) / (count + 0.5));
    double slope = 1;
    for (int round = 0; round < 100; ++round) {
      const auto [value, former] = legendre(n, x);
      slope = count * (x * value - former) / (x * x - 1);
      const double step = value / slope;
      x -= step;
      if (std::abs(step) < 1e-16) break;
    }
    rule.points.push_back((1 - x) / 2);
    rule.weights.push_back(1 / ((1 - x * x) * slope * slope));
  }
  return rule;
}

// g and what a leaf's sum is multiplied with for its column, for one state of one node.
struct Factor {
  double g = 1;
  double term = 0;
};

Factor factor(double share, bool passes, double t) {
  const double one = passes ? 1 : 0;
  const double g = share * (1 - t) + one * t;
  return {g, (one - share) / g};
}

}  // namespace

TreeShapley::TreeShapley(std::span<const ShapleyNode> nodes, std::size_t table_bytes) {
  order(nodes);
  std::size_t most = 0;
  for (const Node& node : nodes_) most = std::max(most, node.columns_above);
  points_ = std::max((most + 1) / 2, std::size_t{1});
  points_ = (points_ + step - 1) / step * step;
  if (2 * nodes_.size() * states * points_ * sizeof(double) > table_bytes)
    throw std::invalid_argument("its trees are too large");
  fill_tables();
}

void TreeShapley::order(std::span<const ShapleyNode> given) {
  if (given.empty()) throw std::invalid_argument("a tree is empty");
  nodes_.push_back({});
  std::vector<double> reached = {1};
  for (std::uint32_t place = 0; place < nodes_.size(); ++place) {
    const ShapleyNode& split = given[nodes_[place].given];
    nodes_[place].is_leaf = split.left < 0;
    nodes_[place].value = split.value;
    if (split.left < 0) {
      mean_ += reached[place] * split.value;
      continue;
    }
    if (!(split.cover > 0)) throw std::invalid_argument("a split has no cover");
    for (const bool is_left : {true, false}) {
      add_child(given, place, is_left);
      reached.push_back(reached[place] * given[nodes_.back().given].cover / split.cover);
    }
  }
}

std::uint32_t TreeShapley::slot_of(std::uint32_t column) {
  const auto [slot, added] =
      slots_.try_emplace(column, static_cast<std::uint32_t>(columns_.size()));
  if (added) columns_.push_back(column);
  return slot->second;
}

void TreeShapley::add_child(std::span<const ShapleyNode> given, std::uint32_t parent,
                            bool is_left) {
  const ShapleyNode& split = given[nodes_[parent].given];
  const std::int32_t child = is_left ? split.left : split.right;
  if (child <= 0 || static_cast<std::size_t>(child) >= given.size() ||
      nodes_.size() >= given.size())
    throw std::invalid_argument("a node's child is out of range");
  if (nodes_[parent].depth == depth_limit) throw std::invalid_argument("a tree is too deep");
  Node node{.given = static_cast<std::uint32_t>(child),
            .parent = parent,
            .slot = slot_of(split.column),
            .is_left = is_left,
            .depth = nodes_[parent].depth + 1};
  node.former = find_former(parent, node.slot);
  const double former_share =
      node.former < 0 ? 1 : nodes_[static_cast<std::size_t>(node.former)].share;
  node.share = std::max(former_share * given[static_cast<std::size_t>(child)].cover / split.cover,
                        least_share);
  node.columns_above = nodes_[parent].columns_above + (node.former < 0 ? 1 : 0);
  nodes_.push_back(node);
}

std::int32_t TreeShapley::find_former(std::uint32_t parent, std::uint32_t slot) const {
  for (std::uint32_t place = parent; place != 0; place = nodes_[place].parent)
    if (nodes_[place].slot == slot) return static_cast<std::int32_t>(place);
  return -1;
}

void TreeShapley::fill_tables() {
  const Rule rule = quadrature(points_);
  factors_.resize(nodes_.size() * states * points_);
  terms_.resize(factors_.size());
  for (std::size_t place = 1; place < nodes_.size(); ++place) {
    const Node& node = nodes_[place];
    for (std::size_t state = 0; state < states; ++state) {
      for (std::size_t k = 0; k < points_; ++k) {
        const double t = rule.points[k];
        const Factor now = factor(node.share, state == 2, t);
        Factor former;
        if (node.former >= 0)
          former = factor(nodes_[static_cast<std::size_t>(node.former)].share, state > 0, t);
        const std::size_t entry = (place * states + state) * points_ + k;
        factors_[entry] = now.g / former.g;
        terms_[entry] = rule.weights[k] * (now.term - former.term);
      }
    }
  }
}

void TreeShapley::add(std::span<const std::uint8_t> goes_left, double weight,
                      std::span<double> shares, Scratch& scratch) const {
  if (nodes_.size() == 1) return;
  const std::size_t sums = columns_.size() * points_;
  const std::size_t products = nodes_.size() * points_;
  const std::size_t bytes = nodes_.size() / sizeof(double) + 1;
  scratch.resize(sums + products + bytes);
  double* const by_column = scratch.data();
  double* const by_node = by_column + sums;
  auto* const state = reinterpret_cast<std::uint8_t*>(by_node + products);
  std::fill_n(by_column, sums, 0.0);
  descend(goes_left, by_node, state);
  ascend(state, by_node, by_column);
  for (std::size_t slot = 0; slot < columns_.size(); ++slot) {
    double sum = 0;
    for (std::size_t k = 0; k < points_; ++k) sum += by_column[slot * points_ + k];
    shares[columns_[slot]] += weight * sum;
  }
}

// Leaves `weights` with a leaf's value times its product, and zero for splits.
void TreeShapley::descend(std::span<const std::uint8_t> goes_left, double* weights,
                          std::uint8_t* state) const {
  std::fill_n(weights, points_, 1.0);
  state[0] = 2;
  for (std::size_t place = 1; place < nodes_.size(); ++place) {
    const Node& node = nodes_[place];
    const bool passes = (goes_left[nodes_[node.parent].given] != 0) == node.is_left;
    const std::uint8_t former =
        node.former < 0 ? std::uint8_t{2} : state[static_cast<std::size_t>(node.former)];
    state[place] = former < 2 ? std::uint8_t{0} : (passes ? std::uint8_t{2} : std::uint8_t{1});
    const double* const factor = factors_.data() + (place * states + state[place]) * points_;
    const double* const above = weights + std::size_t{node.parent} * points_;
    double* const here = weights + place * points_;
    for (std::size_t k = 0; k < points_; k += step) at(here + k) = at(above + k) * at(factor + k);
  }
  for (std::size_t place = 1; place < nodes_.size(); ++place) {
    const Vector value = Vector{} + (nodes_[place].is_leaf ? nodes_[place].value : 0.0);
    for (std::size_t k = 0; k < points_; k += step) at(weights + place * points_ + k) *= value;
  }
}

void TreeShapley::ascend(const std::uint8_t* state, double* weights, double* shares) const {
  for (std::size_t place = nodes_.size() - 1; place > 0; --place) {
    const Node& node = nodes_[place];
    const double* const term = terms_.data() + (place * states + state[place]) * points_;
    const double* const here = weights + place * points_;
    double* const above = weights + std::size_t{node.parent} * points_;
    double* const share = shares + std::size_t{node.slot} * points_;
    for (std::size_t k = 0; k < points_; k += step) {
      at(share + k) += at(term + k) * at(here + k);
      at(above + k) += at(here + k);
    }
  }
}

}  // namespace millrace::learn
