#include "learn/catboost/forest.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace millrace::learn::catboost {
namespace {

constexpr float is_equal_border = 0.5F;

}  // namespace

Forest::Forest(const StoredModel& model)
    : columns_(model.columns),
      statistics_(model),
      tree_sizes_(model.tree_sizes),
      steps_(model.steps),
      leaf_of_node_(model.leaf_of_node),
      leaf_values_(model.leaf_values),
      scale_(model.scale),
      bias_(model.bias) {
  std::vector<Condition> all;
  for (const FloatFeature& feature : model.floats) {
    if (feature.missing == FloatFeature::Missing::above) above_.push_back(feature.column);
    for (const float border : feature.borders)
      all.push_back({static_cast<std::uint32_t>(feature.column), border});
  }
  for (const OneHotFeature& feature : model.one_hots) {
    for (const std::uint32_t value : feature.values) {
      all.push_back({static_cast<std::uint32_t>(columns_ + equalities_.size()), is_equal_border});
      equalities_.push_back({feature.column, value});
    }
  }
  for (std::size_t i = 0; i < model.statistics.size(); ++i) {
    for (const float border : model.statistics[i].borders)
      all.push_back({static_cast<std::uint32_t>(columns_ + equalities_.size() + i), border});
  }
  conditions_.reserve(model.splits.size());
  for (const std::uint32_t split : model.splits)
    conditions_.push_back(split < all.size() ? all[split] : Condition{});
}

// The block lies column by column, so that a condition is asked of all its rows at once.
template <std::size_t width>
void Forest::prepare(std::span<const float* const> rows, std::vector<float>& values) const {
  const std::size_t own_places = columns_ + equalities_.size();
  values.resize((own_places + statistics_.count()) * width);
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
  statistics_.fill(values.data(), width, rows.size(), values.data() + own_places * width);
}

// The i-th level of a tree gives the i-th bit of a leaf's number.
template <std::size_t width>
void Forest::add_oblivious(const float* values, double* sums) const {
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
void Forest::add_nodes(const float* values, std::size_t rows, double* sums) const {
  const std::size_t dimension = bias_.size();
  for (std::size_t lane = 0; lane < rows; ++lane) {
    std::size_t begin = 0;
    for (const std::uint32_t size : tree_sizes_) {
      std::size_t at = begin;
      for (std::size_t step = 1; step != 0; at += step) {
        const Condition& asked = conditions_[at];
        const bool right = values[asked.place * width + lane] > asked.border;
        step = right ? steps_[at].right : steps_[at].left;
      }
      const double* const value = leaf_values_.data() + leaf_of_node_[at];
      for (std::size_t i = 0; i < dimension; ++i) sums[lane * dimension + i] += value[i];
      begin += size;
    }
  }
}

template <std::size_t width>
void Forest::sum_block(std::span<const float* const> rows, std::span<double> sums) const {
  std::vector<float> values;
  prepare<width>(rows, values);
  std::vector<double> added(width * bias_.size());
  if (steps_.empty())
    add_oblivious<width>(values.data(), added.data());
  else
    add_nodes<width>(values.data(), rows.size(), added.data());
  for (std::size_t i = 0; i < rows.size() * bias_.size(); ++i)
    sums[i] = added[i] * scale_ + bias_[i % bias_.size()];
}

void Forest::sum(std::span<const float* const> rows, std::span<double> sums) const {
  if (rows.size() == 1)
    sum_block<1>(rows, sums);
  else
    sum_block<lanes>(rows, sums);
}

}  // namespace millrace::learn::catboost
