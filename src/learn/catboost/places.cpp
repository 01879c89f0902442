#include "learn/catboost/places.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace millrace::learn::catboost {
namespace {

constexpr float is_equal_border = 0.5F;

// Of all that a tree may ask, in the order in which its splits are numbered.
std::vector<Condition> all_conditions(const StoredModel& model) {
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

std::vector<Condition> conditions_of(const StoredModel& model) {
  const std::vector<Condition> all = all_conditions(model);
  std::vector<Condition> conditions;
  conditions.reserve(model.splits.size());
  for (const std::uint32_t split : model.splits)
    conditions.push_back(split < all.size() ? all[split] : Condition{});
  return conditions;
}

Places::Places(const StoredModel& model) : columns_(model.columns), statistics_(model) {
  for (const FloatFeature& feature : model.floats) {
    if (feature.missing == FloatFeature::Missing::above) above_.push_back(feature.column);
  }
  for (const OneHotFeature& feature : model.one_hots) {
    for (const std::uint32_t value : feature.values) equalities_.push_back({feature.column, value});
  }
}

std::size_t Places::count() const {
  return std::max<std::size_t>(1, columns_ + equalities_.size() + statistics_.count());
}

// The block lies place by place, so that a condition is asked of all its rows at once.
template <std::size_t width>
void Places::fill(std::span<const float* const> rows, float* values) const {
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

template void Places::fill<1>(std::span<const float* const> rows, float* values) const;
template void Places::fill<Places::block_rows>(std::span<const float* const> rows,
                                               float* values) const;

}  // namespace millrace::learn::catboost
