// The parts that players have in what one tree gives a row.
#pragma once

#include "learn/catboost/places.hpp"
#include "learn/catboost/players.hpp"
#include "learn/catboost/stored_model.hpp"
#include "learn/catboost/weighed_tree.hpp"
#include "learn/tree_shapley.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::catboost {

class TreeParts {
 public:
  // Throws ModelError where the tree cannot be explained, or takes more than `table_bytes`.
  TreeParts(const StoredModel& model, const WeighedTree& tree,
            std::span<const Condition> conditions, const Players& players, std::size_t table_bytes);

  [[nodiscard]] std::size_t table_bytes() const;

  // What the tree gives where nothing of a row is known, for each of the model's outputs.
  [[nodiscard]] std::span<const double> means() const { return means_; }

  // Adds to each row's outputs x players places of `shares`. Rows are as Places fills them in.
  void add(std::span<const float* const> rows, std::size_t players, std::span<double> shares) const;

 private:
  using Parts = std::vector<double>;  // outputs x the tree's players

  [[nodiscard]] std::vector<ShapleyNode> nodes_of(const StoredModel& model, const WeighedTree& tree,
                                                  const Players& players);
  void push_output(std::span<const ShapleyNode> nodes, std::size_t table_bytes);
  [[nodiscard]] std::uint32_t own_number(std::uint32_t player);
  void ask(const float* row, std::vector<std::uint8_t>& answers) const;
  [[nodiscard]] Parts parts_of(std::span<const std::uint8_t> answers) const;

  std::vector<Condition> conditions_;
  std::vector<std::uint32_t> condition_of_;  // of each node
  std::vector<TreeShapley> outputs_;
  std::vector<std::uint32_t> players_;  // that it asks of, as the model numbers them
  std::vector<double> means_;
};

}  // namespace millrace::learn::catboost
