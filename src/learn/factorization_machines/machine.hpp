// A factorization machine (Rendle, 2010) of degree 2: y = b + sum of w_i x_i + sum over pairs i < j
// of <v_i, v_j> x_i x_j.
#pragma once

#include "learn/kernels/kernels.hpp"
#include "table/matrix.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::factorization_machines {

enum class Predictor { binary_classifier, regressor };

// Of `factors` numbers for each feature, one feature after another.
struct Machine {
  std::size_t features = 0;
  std::size_t factors = 0;
  float bias = 0;
  std::vector<float> linear;
  std::vector<float> factor;
};

// What a row holds that is not 0.
struct Entries {
  std::span<const std::uint32_t> features;
  std::span<const float> values;
};

// Of sparse rows, or of dense ones that index_entries has seen, with their zeros.
[[nodiscard]] Entries entries_of(const table::Matrix& rows, std::size_t row);

// Dense rows without their zeros; sparse ones as they are.
void make_sparse(table::Matrix& rows);

// Makes dense rows that are mostly zeros sparse; others stay as they are, and `indices` becomes the
// numbers of their columns, once for all rows.
void index_entries(table::Matrix& rows);

// y for a row; `sums` gets, for each factor f, the sum of v_if x_i: 2 * entries * factors
// multiplications and additions, as pairs need not be looked at (Rendle, 2010, lemma 3.1).
[[nodiscard]] float raw_score(const Machine& machine, const Entries& row, std::span<float> sums,
                              const Kernels& kernels);

// Of a classifier the probability of label 1, of a regressor y itself.
[[nodiscard]] float score_of(Predictor predictor, float raw);

}  // namespace millrace::learn::factorization_machines
