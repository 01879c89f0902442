// Prediction for many rows at once: every split of a tree is asked for 64 rows, and each answer
// strikes leaves out. More comparisons than a walk makes, but none waits for another, and none is a
// branch.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace millrace::learn::trees {

// A tree as LaneForest takes it; the first node is the root. `Number` is what leaves are summed in.
template <class Number>
struct LaneNode {
  std::int32_t left = -1;  // -1: a leaf
  std::int32_t right = -1;
  std::uint32_t column = 0;
  float threshold = 0;  // what is less goes left
  bool missing_left = false;
  bool odd = false;  // splits by something else than a threshold
  Number leaf = 0;
};
template <class Number>
struct LaneTree {
  std::uint32_t group = 0;  // the output that it adds to
  std::vector<LaneNode<Number>> nodes;
};

inline constexpr std::size_t lane_count = 64;

struct LaneSplit {
  float threshold;
  std::uint32_t column;
  std::int32_t keeps;  // the leaves that a row which goes right may still end in
};
// One side of a root: splits that send what is missing to the left, then those that send it to
// the right; a leaf is a bit from the top.
struct LaneSide {
  std::uint32_t splits = 0;
  std::uint32_t missing_right = 0;
  std::uint32_t end = 0;
  std::int32_t leaves = 0;
};
struct LaneRoot {
  LaneSide left;
  LaneSide right;
  float threshold = 0;
  std::uint32_t column = 0;
  bool missing_left = false;
  std::uint32_t group = 0;
};
template <class Number>
struct LaneNumbers {
  std::vector<LaneSplit> splits;
  std::vector<LaneRoot> trees;
  std::vector<Number> leaves;
};
// A number of each row: a column, or a sum.
template <class Number>
struct Lanes {
  alignas(64) std::array<Number, lane_count> of;
};

template <class Number>
class LaneForest {
 public:
  static constexpr std::size_t rows_to_pay = 16;  // for fewer a walk is quicker

  // Adds every tree's leaf to the sums, one element a group, of the rows whose numbers stand in
  // `columns`.
  using Kernel = void (*)(const LaneNumbers<Number>& numbers, const Lanes<float>* columns,
                          Lanes<Number>* sums);
  // Those that this processor can run, the quickest first; none where its vectors are too short to
  // pay.
  [[nodiscard]] static std::vector<Kernel> kernels();

  // Of nodes that form trees. None where a tree has more than 32 leaves on a side of its root or an
  // odd split, or where columns are too many.
  [[nodiscard]] static std::optional<LaneForest> make(std::span<const LaneTree<Number>> trees,
                                                      std::size_t columns, std::size_t groups,
                                                      Kernel kernel);

  // Adds every tree's leaf to the sums of each row, tree after tree, of at most `lane_count` rows.
  // `rows` point to as many numbers as there are columns; `sums` has groups places a row.
  void add(std::span<const float* const> rows, std::span<Number> sums) const;
  // The same of rows that stand in lanes already: one element of `columns` a column, of `sums` a
  // group.
  void add(const Lanes<float>* columns, Lanes<Number>* sums) const {
    kernel_(numbers_, columns, sums);
  }

 private:
  LaneForest(LaneNumbers<Number> numbers, std::size_t columns, std::size_t groups, Kernel kernel)
      : numbers_(std::move(numbers)), columns_(columns), groups_(groups), kernel_(kernel) {}

  LaneNumbers<Number> numbers_;
  std::size_t columns_;
  std::size_t groups_;
  Kernel kernel_;
};

extern template class LaneForest<float>;
extern template class LaneForest<double>;

}  // namespace millrace::learn::trees
