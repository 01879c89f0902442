#include "learn/catboost/forest.hpp"

#include <algorithm>

namespace millrace::learn::catboost {
namespace {

constexpr std::size_t block_rows = Places::block_rows;  // that symmetric trees are asked of at once

}  // namespace

Forest::Forest(const StoredModel& model)
    : places_(model),
      conditions_(conditions_of(model)),
      tree_sizes_(model.tree_sizes),
      leaf_values_(model.leaf_values),
      scale_(model.scale),
      bias_(model.bias) {
  if (!model.steps.empty()) nodes_.emplace(model, conditions_, places_.count());
}

// The i-th level of a tree gives the i-th bit of a leaf's number.
template <std::size_t width>
void Forest::add_levels(const float* values, double* sums) const {
  const std::size_t dimension = bias_.size();
  const Condition* condition = conditions_.data();
  const double* leaves = leaf_values_.data();
  for (const std::uint32_t levels : tree_sizes_) {
    std::uint32_t leaf[width] = {};
    for (std::uint32_t level = 0; level < levels; ++level, ++condition) {
      const float* const block = values + condition->place * width;
      const float border = condition->border;
      for (std::size_t lane = 0; lane < width; ++lane)
        leaf[lane] |= static_cast<std::uint32_t>(block[lane] > border) << level;
    }
    for (std::size_t lane = 0; lane < width; ++lane) {
      const double* const value = leaves + leaf[lane] * dimension;
      for (std::size_t i = 0; i < dimension; ++i) sums[lane * dimension + i] += value[i];
    }
    leaves += (std::size_t{1} << levels) * dimension;
  }
}

template <std::size_t width>
void Forest::add_oblivious(std::span<const float* const> rows, double* sums) const {
  std::vector<float> values(places_.count() * width);
  places_.fill<width>(rows, values.data());
  std::vector<double> added(width * bias_.size());
  add_levels<width>(values.data(), added.data());
  std::copy_n(added.begin(), rows.size() * bias_.size(), sums);
}

void Forest::add_symmetric(std::span<const float* const> rows, double* sums) const {
  if (rows.size() == 1) return add_oblivious<1>(rows, sums);
  for (std::size_t begin = 0; begin < rows.size(); begin += block_rows) {
    const std::size_t count = std::min(block_rows, rows.size() - begin);
    add_oblivious<block_rows>(rows.subspan(begin, count), sums + begin * bias_.size());
  }
}

void Forest::add_nodes(std::span<const float* const> rows, std::span<double> sums) const {
  std::vector<float> values(rows.size() * places_.count());
  std::vector<const float*> starts;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    float* const start = values.data() + row * places_.count();
    places_.fill<1>(rows.subspan(row, 1), start);
    starts.push_back(start);
  }
  nodes_->add(starts, sums);
}

void Forest::sum(std::span<const float* const> rows, std::span<double> sums) const {
  const auto all = sums.first(rows.size() * bias_.size());
  std::ranges::fill(all, 0.0);
  if (!nodes_)
    add_symmetric(rows, all.data());
  else
    add_nodes(rows, all);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = all[i] * scale_ + bias_[i % bias_.size()];
}

}  // namespace millrace::learn::catboost
