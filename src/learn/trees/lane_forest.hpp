// Prediction for many rows at once: every split of a tree is asked for 64 rows, and each answer
// strikes leaves out. More comparisons than a walk makes, but none waits for another, and none is a
// branch.
#pragma once

#include "learn/trees/row_keys.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace millrace::learn::trees {

inline constexpr std::size_t lane_count = 64;

struct LaneSplit {
  Key last_left;
  std::uint32_t key;   // its place in a row
  std::int32_t keeps;  // the leaves that a row which goes right may still end in
};
// One side of a root; a leaf is a bit from the bottom.
struct LaneSide {
  std::uint32_t begin = 0;  // of its splits
  std::uint32_t end = 0;
  std::int32_t leaves = 0;
};
struct LaneRoot {
  LaneSide left;
  LaneSide right;
  Key last_left = behind_all;
  std::uint32_t key = RowKeys::always_left;
  std::uint32_t group = 0;
};
template <class Number>
struct LaneNumbers {
  std::vector<LaneSplit> splits;
  std::vector<LaneRoot> trees;
  std::vector<Number> leaves;
};
// A number of each row: a key, or a sum.
template <class Number>
struct Lanes {
  alignas(64) std::array<Number, lane_count> of;
};

template <class Number>
class LaneForest {
 public:
  static constexpr std::size_t rows_to_pay = 16;  // for fewer a walk is quicker

  // Adds every tree's leaf to the sums, one element a group, of the rows whose keys are given.
  using Kernel = void (*)(const LaneNumbers<Number>& numbers, const Lanes<Key>* keys,
                          Lanes<Number>* sums);
  // Those that this processor can run, the quickest first; none where its vectors are too short to
  // pay.
  [[nodiscard]] static std::vector<Kernel> kernels();

  // Of nodes that form trees. None where a tree has more than 32 leaves on a side of its root or a
  // split by categories, or where a row has too many keys.
  [[nodiscard]] static std::optional<LaneForest> make(const Described<Number>& described,
                                                      const RowKeys& keys, Kernel kernel);

  // Adds every tree's leaf to the sums of each row, tree after tree, of at most `lane_count` rows.
  void add(std::span<const Key* const> rows, std::span<Number> sums) const;

 private:
  LaneForest(LaneNumbers<Number> numbers, std::size_t keys, std::size_t groups, Kernel kernel)
      : numbers_(std::move(numbers)), keys_(keys), groups_(groups), kernel_(kernel) {}

  LaneNumbers<Number> numbers_;
  std::size_t keys_;
  std::size_t groups_;
  Kernel kernel_;
};

extern template class LaneForest<float>;
extern template class LaneForest<double>;

}  // namespace millrace::learn::trees
