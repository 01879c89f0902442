// What trees may ask of a row, as numbers beside each other: those of its columns, whether its
// categories are certain values, and statistics of its categories.
#pragma once

#include "learn/catboost/statistics.hpp"
#include "learn/catboost/stored_model.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::catboost {

// Whether the number at a place is above a border.
struct Condition {
  std::uint32_t place = 0;
  float border = 0;
};

// One for each of the model's splits, the trees one after another.
[[nodiscard]] std::vector<Condition> conditions_of(const StoredModel& model);

class Places {
 public:
  // Rows that are filled in together.
  static constexpr std::size_t block_rows = 16;

  explicit Places(const StoredModel& model);

  [[nodiscard]] std::size_t columns() const { return columns_; }
  // One at least, for nodes that ask nothing.
  [[nodiscard]] std::size_t count() const;

  // Each row has `columns` numbers: NaN where missing, the bits of a text's hash where categorical.
  // `values` gets `width` numbers a place, which is 1 or `block_rows`, the first ones the rows'.
  template <std::size_t width>
  void fill(std::span<const float* const> rows, float* values) const;

 private:
  // A place behind the columns that is 1 where the column has the value.
  struct Equality {
    std::size_t column = 0;
    std::uint32_t value = 0;
  };

  std::size_t columns_;
  std::vector<std::size_t> above_;  // columns where missing is above every border
  std::vector<Equality> equalities_;
  Statistics statistics_;  // whose places are behind those
};

}  // namespace millrace::learn::catboost
