// The walk of CatBoost's trees: all conditions flat, one comparison of a number with a border each.
#pragma once

#include "learn/catboost/node_trees.hpp"
#include "learn/catboost/places.hpp"
#include "learn/catboost/stored_model.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace millrace::learn::catboost {

class Forest {
 public:
  // Rows that are summed together at most; more are the caller's to cut.
  static constexpr std::size_t lanes = trees::lane_count;

  explicit Forest(const StoredModel& model);

  [[nodiscard]] std::size_t columns() const { return places_.columns(); }
  [[nodiscard]] std::size_t dimension() const { return bias_.size(); }

  // Each row has `columns` numbers: NaN where missing, the bits of a text's hash where categorical.
  // `sums` gets `dimension` numbers a row. At most `lanes` rows.
  void sum(std::span<const float* const> rows, std::span<double> sums) const;

 private:
  template <std::size_t width>
  void add_oblivious(std::span<const float* const> rows, double* sums) const;
  template <std::size_t width>
  void add_levels(const float* values, double* sums) const;
  void add_symmetric(std::span<const float* const> rows, double* sums) const;
  void add_nodes(std::span<const float* const> rows, std::span<double> sums) const;

  Places places_;
  std::vector<Condition> conditions_;  // of the trees one after another
  std::vector<std::uint32_t> tree_sizes_;
  std::vector<double> leaf_values_;
  std::optional<NodeTrees> nodes_;  // where trees are not symmetric
  double scale_;
  std::vector<double> bias_;
};

}  // namespace millrace::learn::catboost
