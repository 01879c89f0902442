// A row of a matrix as numbers beside each other, as the walks of trees read it.
#pragma once

#include "table/matrix.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace millrace::learn::xgboost {

// NaN where missing; in place where the row lies so already.
class RowView {
 public:
  RowView(const table::Matrix& rows, std::size_t features, std::size_t block)
      : rows_(rows), features_(features) {
    if (rows.sparse || rows.columns < features)
      scratch_.assign(features * std::min(block, rows.rows), table::missing);
  }

  // `slot`: which row of its block it is.
  const float* row(std::size_t row, std::size_t slot) {
    if (!rows_.sparse && rows_.columns >= features_)
      return rows_.values.data() + row * rows_.columns;
    const std::span<float> numbers(scratch_.data() + slot * features_, features_);
    if (rows_.sparse)
      fill_sparse(row, numbers);
    else
      std::copy_n(rows_.values.begin() + static_cast<std::ptrdiff_t>(row * rows_.columns),
                  rows_.columns, numbers.begin());
    return numbers.data();
  }

 private:
  void fill_sparse(std::size_t row, std::span<float> numbers) const {
    std::ranges::fill(numbers, table::missing);
    for (std::uint64_t i = rows_.offsets[row]; i < rows_.offsets[row + 1]; ++i) {
      numbers[rows_.indices[i]] = rows_.values[i];
    }
  }

  const table::Matrix& rows_;
  std::size_t features_;
  std::vector<float> scratch_;
};

}  // namespace millrace::learn::xgboost
