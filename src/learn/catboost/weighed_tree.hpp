// A tree of a file as nodes, whatever way it grew, and how many training rows came to each.
#pragma once

#include "learn/catboost/stored_model.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace millrace::learn::catboost {

struct WeighedNode {
  std::int32_t left = -1;  // where what it asks does not hold; -1: a leaf
  std::int32_t right = -1;
  std::uint32_t condition = 0;  // of its tree's
  std::size_t leaf = 0;         // where its numbers begin among the model's leaf values
  double weight = 0;            // of the training rows that came to it
};

struct WeighedTree {
  std::vector<WeighedNode> nodes;  // the root first
  std::size_t first_split = 0;     // its conditions are the model's splits from here on
  std::size_t conditions = 0;
};

// One tree after another. The model has a weight for each leaf.
void for_each_weighed_tree(const StoredModel& model,
                           const std::function<void(const WeighedTree&)>& take);

}  // namespace millrace::learn::catboost
