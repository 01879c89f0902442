// Trees made quick for prediction: a row alone walks through many of them at once, and many rows go
// through those that are small in vectors. The sums are those of the trees one after another, to
// the last bit.
#pragma once

#include "learn/trees/lane_forest.hpp"
#include "learn/trees/row_keys.hpp"
#include "learn/trees/walks.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace millrace::learn::trees {

template <class Number>
class Forest {
 public:
  static constexpr std::size_t block_rows = lane_count;  // that are predicted together at most

  // Throws ModelError as `check` does.
  explicit Forest(const Described<Number>& described);

  // Adds every tree's leaf to the sums of each row, tree after tree, of one to `block_rows` rows.
  // `rows` point to as many numbers as there are columns, NaN where missing; `sums` has groups
  // places a row.
  void add(std::span<const float* const> rows, std::span<Number> sums) const;

  // What each tree gives a row, in their order.
  void give(const float* row, std::span<Number> given) const;

 private:
  void add_alone(const float* row, std::span<Number> sums) const;
  void add_together(std::span<const float* const> rows, std::span<Number> sums) const;

  RowKeys keys_;
  Walks<Number> walks_;
  std::optional<LaneForest<Number>> lanes_;  // where all trees are small
  std::vector<std::uint32_t> groups_;        // of each tree
};

extern template class Forest<float>;
extern template class Forest<double>;

}  // namespace millrace::learn::trees
