// The kernels' one source: each of the variants includes it with the vectors that its processor
// has. Nothing here may come from a header with inline functions: the linker keeps one copy of
// those, and it could be one that only the newest processors run.
#pragma once

#include "learn/kernels/kernels.hpp"
#include "learn/kernels/linear_variant.hpp"
#include "learn/kernels/mixture_variant.hpp"
#include "learn/kernels/net_variant.hpp"
#include "learn/kernels/sums_variant.hpp"
#include "learn/kernels/vectors.hpp"

namespace millrace::learn {
namespace {

// What is known of some rows against the points looked at so far, a lane for each point of a group.
template <class V, std::size_t Rows>
struct Best {
  typename V::Floats score[Rows];
  typename V::Floats second[Rows];
  typename V::Integers point[Rows];
};

template <class V>
inline void take(typename V::Floats score, typename V::Integers point, typename V::Floats& best,
                 typename V::Floats& second, typename V::Integers& best_point) {
  const auto better = score < best;
  const auto beaten = better ? best : score;
  second = beaten < second ? beaten : second;
  best = better ? score : best;
  best_point = better ? point : best_point;
}

template <class V, std::size_t Rows>
struct Products {
  typename V::Floats left[Rows] = {};
  typename V::Floats right[Rows] = {};
};

// Rows times one group of points: the products stay in registers.
template <class V, std::size_t Rows>
inline void multiply_panel(const float* rows, std::size_t columns, const float* panel,
                           Products<V, Rows>& products) {
  for (std::size_t column = 0; column < columns; ++column) {
    const auto left_points = load<V>(panel + column * V::panel);
    const auto right_points = load<V>(panel + column * V::panel + V::lanes);
    for (std::size_t row = 0; row < Rows; ++row) {
      const float value = rows[row * columns + column];
      products.left[row] += left_points * value;
      products.right[row] += right_points * value;
    }
  }
}

template <class V, std::size_t Rows>
inline void compare(const float* rows, std::size_t columns, const float* panel,
                    const float* half_norms, std::int32_t first, Best<V, Rows>& best) {
  Products<V, Rows> products;
  multiply_panel<V, Rows>(rows, columns, panel, products);
  typename V::Integers point;
  for (std::size_t lane = 0; lane < V::lanes; ++lane)
    point[lane] = first + static_cast<std::int32_t>(lane);
  const auto left_norms = load<V>(half_norms);
  const auto right_norms = load<V>(half_norms + V::lanes);
  for (std::size_t row = 0; row < Rows; ++row) {
    take<V>(left_norms - products.left[row], point, best.score[row], best.second[row],
            best.point[row]);
    take<V>(right_norms - products.right[row], point + static_cast<std::int32_t>(V::lanes),
            best.score[row], best.second[row], best.point[row]);
  }
}

// The best of the lanes; of equal ones the point with the smallest number.
template <class V, std::size_t Rows>
inline void finish(const Best<V, Rows>& best, std::size_t row, const NearestPoints& task,
                   std::size_t at) {
  std::size_t winner = 0;
  for (std::size_t lane = 1; lane < V::lanes; ++lane) {
    const float score = best.score[row][lane];
    const float leading = best.score[row][winner];
    if (score < leading || (score == leading && best.point[row][lane] < best.point[row][winner])) {
      winner = lane;
    }
  }
  float second = best.second[row][winner];
  for (std::size_t lane = 0; lane < V::lanes; ++lane) {
    if (lane != winner && best.score[row][lane] < second) second = best.score[row][lane];
  }
  task.nearest[at] = static_cast<std::uint32_t>(best.point[row][winner]);
  task.score[at] = best.score[row][winner];
  task.second[at] = second;
}

template <class V, std::size_t Rows>
inline void begin(Best<V, Rows>& best) {
  for (std::size_t row = 0; row < Rows; ++row) {
    best.score[row] = typename V::Floats{} + __builtin_inff();
    best.second[row] = best.score[row];
    best.point[row] = typename V::Integers{};
  }
}

// A few blocks of rows share each group of points while it is in the nearest cache.
template <class V, std::size_t Rows, std::size_t Blocks>
inline void find_in_blocks(const PackedPoints& points, const NearestPoints& task,
                           std::size_t first) {
  Best<V, Rows> best[Blocks];
  for (std::size_t block = 0; block < Blocks; ++block) begin(best[block]);
  for (std::size_t point = 0; point < points.count; point += V::panel) {
    for (std::size_t block = 0; block < Blocks; ++block) {
      compare<V, Rows>(task.rows + (first + block * Rows) * points.columns, points.columns,
                       points.panels + point * points.columns, points.half_norms + point,
                       static_cast<std::int32_t>(point), best[block]);
    }
  }
  for (std::size_t i = 0; i < Blocks * Rows; ++i)
    finish<V, Rows>(best[i / Rows], i % Rows, task, first + i);
}

template <class V, std::size_t Rows>
void find_nearest(const PackedPoints& points, const NearestPoints& task) {
  constexpr std::size_t blocks = 4;
  std::size_t row = 0;
  for (; row + blocks * Rows <= task.count; row += blocks * Rows)
    find_in_blocks<V, Rows, blocks>(points, task, row);
  for (; row + Rows <= task.count; row += Rows) find_in_blocks<V, Rows, 1>(points, task, row);
  for (; row < task.count; ++row) find_in_blocks<V, 1, 1>(points, task, row);
}

template <class V>
inline bool any(typename V::Integers mask) {
  std::int64_t parts[sizeof mask / sizeof(std::int64_t)];
  __builtin_memcpy(parts, &mask, sizeof mask);
  std::int64_t all = 0;
  for (const std::int64_t part : parts) all |= part;
  return all != 0;
}

// Each lane is written; it stays where the next is not written over it.
template <class V>
inline ScoredPoint* append(typename V::Floats scores, float limit, std::uint32_t first,
                           ScoredPoint* end) {
  for (std::size_t lane = 0; lane < V::lanes; ++lane) {
    const float score = scores[lane];
    *end = {score, first + static_cast<std::uint32_t>(lane)};
    end += score < limit;
  }
  return end;
}

// Few groups of points hold one that is close enough for any of the rows.
template <class V, std::size_t Rows>
inline void find_closer_in_panel(const PackedPoints& points, std::size_t point,
                                 const CloserPoints& task, std::size_t row) {
  Products<V, Rows> scores;
  multiply_panel<V, Rows>(task.rows + row * points.columns, points.columns,
                          points.panels + point * points.columns, scores);
  const auto left_norms = load<V>(points.half_norms + point);
  const auto right_norms = load<V>(points.half_norms + point + V::lanes);
  typename V::Integers closer = {};
  for (std::size_t i = 0; i < Rows; ++i) {
    scores.left[i] = left_norms - scores.left[i];
    scores.right[i] = right_norms - scores.right[i];
    closer |= (scores.left[i] < task.limits[row + i]) | (scores.right[i] < task.limits[row + i]);
  }
  if (!any<V>(closer)) return;
  const auto first = task.first + static_cast<std::uint32_t>(point);
  for (std::size_t i = 0; i < Rows; ++i) {
    const float limit = task.limits[row + i];
    if (!any<V>((scores.left[i] < limit) | (scores.right[i] < limit))) continue;
    ScoredPoint*& end = task.ends[row + i];
    end = append<V>(scores.left[i], limit, first, end);
    end = append<V>(scores.right[i], limit, first + static_cast<std::uint32_t>(V::lanes), end);
  }
}

template <class V, std::size_t Rows>
void find_closer(const PackedPoints& points, const CloserPoints& task) {
  for (std::size_t point = 0; point < points.count; point += V::panel) {
    std::size_t row = 0;
    for (; row + Rows <= task.count; row += Rows)
      find_closer_in_panel<V, Rows>(points, point, task, row);
    for (; row + 4 <= task.count; row += 4) find_closer_in_panel<V, 4>(points, point, task, row);
    for (; row < task.count; ++row) find_closer_in_panel<V, 1>(points, point, task, row);
  }
}

template <class V>
float squared_distance(const float* a, const float* b, std::size_t columns) {
  typename V::Floats sums = {};
  std::size_t column = 0;
  for (; column + V::lanes <= columns; column += V::lanes) {
    const auto difference = load<V>(a + column) - load<V>(b + column);
    sums += difference * difference;
  }
  float sum = 0;
  for (; column < columns; ++column) sum += (a[column] - b[column]) * (a[column] - b[column]);
  for (std::size_t lane = 0; lane < V::lanes; ++lane) sum += sums[lane];
  return sum;
}

template <class V>
void squared_distances(const float* rows, std::size_t count, std::size_t columns,
                       const float* point, float* out) {
  for (std::size_t row = 0; row < count; ++row)
    out[row] = squared_distance<V>(rows + row * columns, point, columns);
}

// Some columns of the left matrix with one panel of the right.
template <class V, std::size_t Columns>
inline void multiply_some_columns(const ColumnProducts& task, std::size_t first,
                                  std::size_t panel) {
  typename V::Floats low[Columns] = {};
  typename V::Floats high[Columns] = {};
  for (std::size_t row = 0; row < task.rows; ++row) {
    const float* const right = task.right + row * task.right_columns + panel;
    const auto low_values = load<V>(right);
    const auto high_values = load<V>(right + V::lanes);
    const float* const left = task.left + row * task.left_stride + first;
    for (std::size_t column = 0; column < Columns; ++column) {
      low[column] += low_values * left[column];
      high[column] += high_values * left[column];
    }
  }
  for (std::size_t column = 0; column < Columns; ++column) {
    float* const out = task.out + (first + column) * task.right_columns + panel;
    store<V>(out, low[column]);
    store<V>(out + V::lanes, high[column]);
  }
}

template <class V, std::size_t Columns>
inline void multiply_column_group(const ColumnProducts& task, std::size_t first) {
  const std::size_t begin = task.upper_only ? first / V::panel * V::panel : 0;
  for (std::size_t panel = begin; panel < task.right_columns; panel += V::panel)
    multiply_some_columns<V, Columns>(task, first, panel);
}

template <class V, std::size_t Columns>
void multiply_columns(const ColumnProducts& task) {
  std::size_t column = 0;
  for (; column + Columns <= task.left_columns; column += Columns)
    multiply_column_group<V, Columns>(task, column);
  for (; column < task.left_columns; ++column) multiply_column_group<V, 1>(task, column);
}

template <class V, std::size_t Rows>
inline void multiply_rows(const MatrixProduct& task, std::size_t first, std::size_t panel) {
  typename V::Floats low[Rows] = {};
  typename V::Floats high[Rows] = {};
  const float* const left = task.left + first * task.left_columns;
  for (std::size_t i = 0; i < task.left_columns; ++i) {
    const float* const right = task.right + i * task.right_columns + panel;
    const auto low_values = load<V>(right);
    const auto high_values = load<V>(right + V::lanes);
    for (std::size_t row = 0; row < Rows; ++row) {
      low[row] += low_values * left[row * task.left_columns + i];
      high[row] += high_values * left[row * task.left_columns + i];
    }
  }
  for (std::size_t row = 0; row < Rows; ++row) {
    float* const out = task.out + (first + row) * task.right_columns + panel;
    store<V>(out, low[row]);
    store<V>(out + V::lanes, high[row]);
  }
}

template <class V, std::size_t Rows>
void multiply(const MatrixProduct& task) {
  for (std::size_t panel = 0; panel < task.right_columns; panel += V::panel) {
    std::size_t row = 0;
    for (; row + Rows <= task.rows; row += Rows) multiply_rows<V, Rows>(task, row, panel);
    for (; row < task.rows; ++row) multiply_rows<V, 1>(task, row, panel);
  }
}

template <class V>
void add(float* sum, const float* row, std::size_t columns) {
  std::size_t column = 0;
  for (; column + V::lanes <= columns; column += V::lanes) {
    store<V>(sum + column, load<V>(sum + column) + load<V>(row + column));
  }
  for (; column < columns; ++column) sum[column] += row[column];
}

// Several points at a time, so that their additions do not wait for each other.
inline void sum_coded(const CodedSums& task, float* sums) {
  constexpr std::size_t points = 8;
  const std::size_t parts = task.parts;
  std::size_t point = 0;
  for (; point + points <= task.count; point += points) {
    const std::uint8_t* const codes = task.codes + point * parts;
    float sum[points];
    for (float& one : sum) one = task.start;
    for (std::size_t part = 0; part < parts; ++part) {
      const float* const table = task.tables + part * task.stride;
      for (std::size_t i = 0; i < points; ++i) sum[i] += table[codes[i * parts + part]];
    }
    for (std::size_t i = 0; i < points; ++i) sums[point + i] = sum[i];
  }
  for (; point < task.count; ++point) {
    float sum = task.start;
    for (std::size_t part = 0; part < parts; ++part)
      sum += task.tables[part * task.stride + task.codes[point * parts + part]];
    sums[point] = sum;
  }
}

using Quad = Vectors<16>;

template <class V>
inline typename V::Floats how_far(const float* point, const float* low, const float* high) {
  const auto value = load<V>(point);
  const auto below = load<V>(low) - value;
  const auto above = value - load<V>(high);
  const auto farther = below > above ? below : above;
  return farther > 0 ? farther : typename V::Floats{};
}

template <class V>
inline Quad::Floats fold(const typename V::Floats& values) {
  Quad::Floats sum = {};
  for (std::size_t lane = 0; lane < V::lanes; lane += Quad::lanes)
    sum += load<Quad>(reinterpret_cast<const float*>(&values) + lane);
  return sum;
}

template <class V>
float outside(const float* point, const float* low, const float* high, std::size_t columns) {
  typename V::Floats sums = {};
  std::size_t column = 0;
  for (; column + V::lanes <= columns; column += V::lanes)
    sums += how_far<V>(point + column, low + column, high + column);
  Quad::Floats rest = fold<V>(sums);
  for (; column + Quad::lanes <= columns; column += Quad::lanes)
    rest += how_far<Quad>(point + column, low + column, high + column);
  float sum = (rest[0] + rest[1]) + (rest[2] + rest[3]);
  for (; column < columns; ++column) {
    const float below = low[column] - point[column];
    const float above = point[column] - high[column];
    const float farther = below > above ? below : above;
    sum += farther > 0 ? farther : 0;
  }
  return sum;
}

template <class V>
void widen(float* low, float* high, const float* row, std::size_t columns) {
  std::size_t column = 0;
  for (; column + V::lanes <= columns; column += V::lanes) {
    const auto value = load<V>(row + column);
    const auto least = load<V>(low + column);
    const auto greatest = load<V>(high + column);
    store<V>(low + column, value < least ? value : least);
    store<V>(high + column, value > greatest ? value : greatest);
  }
  for (; column < columns; ++column) {
    if (row[column] < low[column]) low[column] = row[column];
    if (row[column] > high[column]) high[column] = row[column];
  }
}

// `Rows` times two vectors of sums must fit into the processor's registers.
template <int Bytes, std::size_t Rows>
constexpr Kernels make_kernels(const char* name, std::size_t length) {
  using V = Vectors<Bytes>;
  return {.name = {name, length},
          .panel = V::panel,
          .find_nearest = find_nearest<V, Rows>,
          .find_closer = find_closer<V, Rows>,
          .squared_distances = squared_distances<V>,
          .squared_distance = squared_distance<V>,
          .multiply_columns = multiply_columns<V, Rows>,
          .multiply = multiply<V, Rows>,
          .add = add<V>,
          .outside = outside<V>,
          .widen = widen<V>,
          .sum_rows = sum_rows<V>,
          .sum_interacting_rows = sum_interacting_rows<V>,
          .sum_coded = sum_coded,
          .adam_step = adam_step,
          .net = make_net_kernels<V>(),
          .mixture = make_mixture_kernels<V>(),
          .linear = make_linear_kernels<V>()};
}

}  // namespace
}  // namespace millrace::learn
