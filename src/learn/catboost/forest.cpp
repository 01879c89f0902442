#include "learn/catboost/forest.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace millrace::learn::catboost {
namespace {

constexpr float is_equal_border = 0.5F;

// Of all that a tree may ask, in the order in which its splits are numbered.
std::vector<Condition> conditions_of(const StoredModel& model) {
  std::vector<Condition> all;
  std::size_t place = model.columns;
  const auto add = [&all](std::size_t at, float border) {
    all.push_back({static_cast<std::uint32_t>(at), border});
  };
  for (const FloatFeature& feature : model.floats) {
    for (const float border : feature.borders) add(feature.column, border);
  }
  for (const OneHotFeature& feature : model.one_hots) {
    for (std::size_t i = 0; i < feature.values.size(); ++i) add(place++, is_equal_border);
  }
  for (const Statistic& statistic : model.statistics) {
    for (const float border : statistic.borders) add(place, border);
    ++place;
  }
  return all;
}

}  // namespace

Forest::Forest(const StoredModel& model)
    : columns_(model.columns),
      statistics_(model),
      tree_sizes_(model.tree_sizes),
      leaf_values_(model.leaf_values),
      scale_(model.scale),
      bias_(model.bias) {
  for (const FloatFeature& feature : model.floats) {
    if (feature.missing == FloatFeature::Missing::above) above_.push_back(feature.column);
  }
  for (const OneHotFeature& feature : model.one_hots) {
    for (const std::uint32_t value : feature.values) equalities_.push_back({feature.column, value});
  }
  const std::vector<Condition> all = conditions_of(model);
  conditions_.reserve(model.splits.size());
  for (const std::uint32_t split : model.splits)
    conditions_.push_back(split < all.size() ? all[split] : Condition{});
  if (!model.steps.empty()) nodes_.emplace(model, conditions_, places());
}

// One at least, for nodes that ask nothing.
std::size_t Forest::places() const {
  return std::max<std::size_t>(1, columns_ + equalities_.size() + statistics_.count());
}

// The block lies column by column, so that a condition is asked of all its rows at once.
template <std::size_t width>
void Forest::prepare(std::span<const float* const> rows, float* values) const {
  for (std::size_t lane = 0; lane < rows.size(); ++lane) {
    const float* const row = rows[lane];
    for (std::size_t column = 0; column < columns_; ++column)
      values[column * width + lane] = row[column];
    for (const std::size_t column : above_) {
      if (std::isnan(row[column]))
        values[column * width + lane] = std::numeric_limits<float>::infinity();
    }
    for (std::size_t i = 0; i < equalities_.size(); ++i) {
      const bool equal =
          std::bit_cast<std::uint32_t>(row[equalities_[i].column]) == equalities_[i].value;
      values[(columns_ + i) * width + lane] = equal ? 1.0F : 0.0F;
    }
  }
  float* const behind = values + (columns_ + equalities_.size()) * width;
  statistics_.fill(values, width, rows.size(), behind);
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
  std::vector<float> values(places() * width);
  prepare<width>(rows, values.data());
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
  std::vector<float> values(rows.size() * places());
  std::vector<const float*> starts;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    float* const start = values.data() + row * places();
    prepare<1>(rows.subspan(row, 1), start);
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
