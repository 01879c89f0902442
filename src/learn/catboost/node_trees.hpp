// CatBoost's trees whose nodes ask each for itself: grown depthwise or lossguide.
#pragma once

#include "learn/catboost/places.hpp"
#include "learn/catboost/stored_model.hpp"
#include "learn/trees/forest.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::catboost {

class NodeTrees {
 public:
  // `conditions` has one for each of the model's splits, whose places are below `places`. Throws
  // learn::ModelError when the nodes of a tree do not form a tree.
  NodeTrees(const StoredModel& model, std::span<const Condition> conditions, std::size_t places);

  // Adds every tree's leaf to the sums, one a dimension, of each row of numbers; of one to
  // trees::lane_count rows.
  void add(std::span<const float* const> rows, std::span<double> sums) const;

 private:
  void add_lists(const float* row, std::span<double> sums) const;

  std::size_t dimension_;
  std::size_t trees_;
  trees::Forest<double> walk_;  // to leaves, or to the numbers of lists
  std::vector<double> lists_;   // `dimension_` numbers each, where that is not one
};

}  // namespace millrace::learn::catboost
