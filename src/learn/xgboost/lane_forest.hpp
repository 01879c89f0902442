// Prediction for many rows at once: every split of a tree is asked for 64 rows, and each answer
// strikes leaves out. More comparisons than a walk makes, but none waits for another, and none is a
// branch.
#pragma once

#include "learn/xgboost/stored_model.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace millrace::learn::xgboost {

class LaneForest {
 public:
  static constexpr std::size_t lanes = 64;
  static constexpr std::size_t rows_to_pay = 16;  // for fewer a walk is quicker

  struct Numbers;
  struct Lanes;
  // Adds every tree's leaf to the sums, one element a group, of the rows whose numbers stand in
  // `columns`.
  using Kernel = void (*)(const Numbers& numbers, const Lanes* columns, Lanes* sums);
  // Those that this processor can run, the quickest first; none where its vectors are too short to
  // pay.
  [[nodiscard]] static std::vector<Kernel> kernels();

  // Of trees that Forest has taken. None where a tree has more than 32 leaves on a side of its root
  // or splits by category, or where columns are too many.
  [[nodiscard]] static std::optional<LaneForest> make(const StoredModel& model, Kernel kernel);

  // As Forest::add, for at most `lanes` rows, and with the same sums to the last bit.
  void add(std::span<const float* const> rows, std::span<float> sums) const;

  struct Split {
    float threshold;
    std::uint32_t column;
    std::int32_t keeps;  // the leaves that a row which goes right may still end in
  };
  // One side of a root: splits that send what is missing to the left, then those that send it to
  // the right; a leaf is a bit from the top.
  struct Side {
    std::uint32_t splits = 0;
    std::uint32_t missing_right = 0;
    std::uint32_t end = 0;
    std::int32_t leaves = 0;
  };
  struct Tree {
    Side left;
    Side right;
    float threshold = 0;
    std::uint32_t column = 0;
    bool missing_left = false;
    std::uint32_t group = 0;
  };
  struct Numbers {
    std::vector<Split> splits;
    std::vector<Tree> trees;
    std::vector<float> leaves;
  };
  // A number of each row: a column, or a sum.
  struct Lanes {
    alignas(64) std::array<float, lanes> of;
  };

 private:
  LaneForest(Numbers numbers, std::size_t columns, std::size_t groups, Kernel kernel)
      : numbers_(std::move(numbers)), columns_(columns), groups_(groups), kernel_(kernel) {}

  Numbers numbers_;
  std::size_t columns_;
  std::size_t groups_;
  Kernel kernel_;
};

}  // namespace millrace::learn::xgboost
