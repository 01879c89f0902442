// The inner loops of the learners, compiled once for each kind of processor; the best that this
// one runs is chosen when a program asks.
#pragma once

#include "learn/kernels/linear.hpp"
#include "learn/kernels/mixture.hpp"
#include "learn/kernels/net.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace millrace::learn {

// Points that many rows are compared with, in the order in which the kernels read them:
// `panels` holds groups of `Kernels::panel` points, column by column, the last one filled up;
// `half_norms` half of each point's squared length, infinity where it is filled up.
struct PackedPoints {
  const float* panels;
  const float* half_norms;
  std::size_t count;  // with those that fill up: a multiple of `Kernels::panel`
  std::size_t columns;
};

// Rows row by row, and for each a place for the nearest point, for half of its squared distance
// less half of the row's squared length, and for the same of the second nearest.
struct NearestPoints {
  const float* rows;
  std::size_t count;
  std::uint32_t* nearest;
  float* score;
  float* second;
};

// A point with its score: half of its squared distance from a row less half of the row's squared
// length.
struct ScoredPoint {
  float score;
  std::uint32_t point;
};

// Rows row by row, for each the limit below which a score must lie, and where the points that have
// such a score go: one after another from `ends[row]` on, which moves. There must be room for all
// points and one more.
struct CloserPoints {
  const float* rows;
  std::size_t count;
  const float* limits;
  ScoredPoint** ends;
  std::uint32_t first;  // what the first of the points is called
};

// Two matrices of `rows` rows each, whose columns are multiplied with one another:
// out[i * right_columns + j] = sum over rows of left[row][i] * right[row][j].
struct ColumnProducts {
  const float* left;
  std::size_t left_stride;   // from a row to the next
  std::size_t left_columns;  // that are multiplied
  const float* right;
  std::size_t right_columns;  // a multiple of `Kernels::panel`
  std::size_t rows;
  bool upper_only;  // only what lies on the diagonal or to the right of it is needed
  float* out;
};

// out[row][j] = sum over i of left[row][i] * right[i][j].
struct MatrixProduct {
  const float* left;
  std::size_t rows;
  std::size_t left_columns;
  const float* right;
  std::size_t right_columns;  // a multiple of `Kernels::panel`
  float* out;
};

// Rows of a matrix, `width` numbers each, that are added up, each times its weight.
struct RowSum {
  const std::uint32_t* rows;  // their numbers
  const float* weights;
  std::size_t count;
  const float* matrix;
  std::size_t width;
};

// Adam (Kingma and Ba, 2015) on the gradient `rescale` times what is given plus `decay` times the
// weight, no further from 0 than `clip`. `rate` has the correction of the means' start in it.
struct AdamStep {
  float rescale;
  float decay;
  float clip;
  float rate;
  float epsilon;
  float mean_decay = 0.9F;
  float square_decay = 0.999F;
};

// `count` weights with the running means of their gradients and of the gradients' squares.
struct AdamWeights {
  const float* gradient;
  float* weights;
  float* means;
  float* squares;
  std::size_t count;
};

// Points of which each part is told by a byte, `parts` of them a point; `tables` has 256 numbers a
// part, `stride` from one part's to the next's, of which a point's bytes choose those that are
// added up, and `start` to these.
struct CodedSums {
  const std::uint8_t* codes;
  std::size_t count;
  std::size_t parts;
  const float* tables;
  std::size_t stride;
  float start;
};

struct Kernels {
  std::string_view name;
  std::size_t panel;  // points of a group
  void (*find_nearest)(const PackedPoints& points, const NearestPoints& task);
  void (*find_closer)(const PackedPoints& points, const CloserPoints& task);
  // out[i] = the squared distance of row i from `point`
  void (*squared_distances)(const float* rows, std::size_t count, std::size_t columns,
                            const float* point, float* out);
  float (*squared_distance)(const float* a, const float* b, std::size_t columns);
  void (*multiply_columns)(const ColumnProducts& task);
  void (*multiply)(const MatrixProduct& task);
  // sum += row
  void (*add)(float* sum, const float* row, std::size_t columns);
  // How far a point lies outside of a box, summed over the columns; 0: inside.
  float (*outside)(const float* point, const float* low, const float* high, std::size_t columns);
  // Makes the box hold the row.
  void (*widen)(float* low, float* high, const float* row, std::size_t columns);
  // sums[j] = sum over i of weights[i] * matrix[rows[i]][j]
  void (*sum_rows)(const RowSum& task, float* sums);
  // The same; gives the sum of the inner products of all pairs of the weighted rows.
  float (*sum_interacting_rows)(const RowSum& task, float* sums);
  // sums[i] = start + sum over the parts of tables[part * stride + codes[i][part]]
  void (*sum_coded)(const CodedSums& task, float* sums);
  void (*adam_step)(const AdamStep& step, const AdamWeights& at);
  NetKernels net;
  MixtureKernels mixture;
  LinearKernels linear;
};

// The fastest for this processor.
[[nodiscard]] const Kernels& kernels();

// All that this processor runs, the fastest last: for tests.
[[nodiscard]] std::span<const Kernels* const> kernels_of_this_processor();

}  // namespace millrace::learn
