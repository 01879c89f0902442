#include "learn/factorization_machines/machine.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace::learn::factorization_machines {

Entries entries_of(const table::Matrix& rows, std::size_t row) {
  if (!rows.sparse)
    return {rows.indices, std::span(rows.values).subspan(row * rows.columns, rows.columns)};
  const std::size_t first = rows.offsets[row];
  const std::size_t count = rows.offsets[row + 1] - first;
  return {std::span(rows.indices).subspan(first, count),
          std::span(rows.values).subspan(first, count)};
}

void make_sparse(table::Matrix& rows) {
  if (rows.sparse) return;
  table::Matrix made{.rows = rows.rows, .columns = rows.columns, .sparse = true};
  made.offsets.push_back(0);
  for (std::size_t row = 0; row < rows.rows; ++row) {
    for (std::size_t i = 0; i < rows.columns; ++i) {
      const float value = rows.values[row * rows.columns + i];
      if (value == 0) continue;
      made.indices.push_back(static_cast<std::uint32_t>(i));
      made.values.push_back(value);
    }
    made.offsets.push_back(made.values.size());
  }
  rows = std::move(made);
}

void index_entries(table::Matrix& rows) {
  if (rows.sparse) return;
  const auto zeros = static_cast<std::size_t>(std::ranges::count(rows.values, 0.0F));
  if (zeros > rows.values.size() / 2) return make_sparse(rows);
  rows.indices.resize(rows.columns);
  std::iota(rows.indices.begin(), rows.indices.end(), 0U);
}

float raw_score(const Machine& machine, const Entries& row, std::span<float> sums,
                const Kernels& kernels) {
  float sum = machine.bias;
  for (std::size_t i = 0; i < row.values.size(); ++i)
    sum += machine.linear[row.features[i]] * row.values[i];
  return sum + kernels.sum_interacting_rows({.rows = row.features.data(),
                                             .weights = row.values.data(),
                                             .count = row.values.size(),
                                             .matrix = machine.factor.data(),
                                             .width = machine.factors},
                                            sums.data());
}

float score_of(Predictor predictor, float raw) {
  return predictor == Predictor::regressor ? raw : 1 / (1 + std::exp(-raw));
}

}  // namespace millrace::learn::factorization_machines
