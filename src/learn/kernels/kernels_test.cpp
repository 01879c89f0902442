// Every variant that this processor runs, against plain loops.
#include "learn/kernels/kernels.hpp"

#include "learn/draw.hpp"
#include "learn/nearest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace millrace::learn {
namespace {

std::vector<float> drawn(std::size_t count, std::uint64_t seed) {
  Draw draw(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(draw.normal());
  return values;
}

double plain_distance(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += difference * difference;
  }
  return sum;
}

struct Shape {
  std::size_t rows, points, columns;
};

void expect_nearest(const Kernels& kernels, const Shape& shape) {
  SCOPED_TRACE(std::string(kernels.name) + " " + std::to_string(shape.rows) + " rows, " +
               std::to_string(shape.points) + " points, " + std::to_string(shape.columns));
  const auto row_values = drawn(shape.rows * shape.columns, 1);
  const auto point_values = drawn(shape.points * shape.columns, 2);
  const Rows rows{row_values, shape.rows, shape.columns};
  const Rows points{point_values, shape.points, shape.columns};
  std::vector<std::uint32_t> nearest(shape.rows);
  std::vector<float> score(shape.rows);
  std::vector<float> second(shape.rows);
  NearestFinder(points, kernels).find(rows, nearest.data(), score.data(), second.data());
  const std::vector<float> zero(shape.columns);
  for (std::size_t row = 0; row < shape.rows; ++row) {
    std::vector<double> distances;
    for (std::size_t point = 0; point < shape.points; ++point)
      distances.push_back(plain_distance(rows.row(row), points.row(point)));
    const double length = plain_distance(rows.row(row), zero);
    ASSERT_LT(nearest[row], shape.points);
    EXPECT_NEAR(distances[nearest[row]], *std::ranges::min_element(distances), 1e-4);
    EXPECT_NEAR(length + 2 * static_cast<double>(score[row]), distances[nearest[row]], 1e-3);
    if (shape.points == 1) {
      EXPECT_EQ(second[row], std::numeric_limits<float>::infinity());
      continue;
    }
    std::ranges::nth_element(distances, distances.begin() + 1);
    EXPECT_NEAR(length + 2 * static_cast<double>(second[row]), distances[1], 1e-3);
  }
}

TEST(Kernels, FindTheNearestTwoPoints) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    for (const Shape& shape :
         {Shape{1, 1, 1}, Shape{7, 3, 5}, Shape{100, 33, 17}, Shape{61, 64, 2}, Shape{49, 130, 28}})
      expect_nearest(*kernels, shape);
  }
}

TEST(Kernels, PreferTheFirstOfEqualPoints) {
  const std::vector<float> points = {5, 1, 1, 1, 5};
  const std::vector<float> rows(30, 1.0F);
  for (const Kernels* kernels : kernels_of_this_processor()) {
    std::vector<std::uint32_t> nearest(30);
    std::vector<float> scores(60);
    NearestFinder({points, 5, 1}, *kernels)
        .find({rows, 30, 1}, nearest.data(), scores.data(), scores.data() + 30);
    EXPECT_EQ(nearest, std::vector<std::uint32_t>(30, 1)) << kernels->name;
    EXPECT_EQ(scores[0], scores[30]) << kernels->name;
  }
}

// Rows and points of one column at whole numbers, so that scores are exact.
TEST(Kernels, FindThePointsBelowALimit) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const std::size_t count = 3 * kernels->panel;
    std::vector<float> points(count);
    std::vector<float> half_norms(count);
    for (std::size_t i = 0; i < count; ++i) {
      points[i] = static_cast<float>(i);
      half_norms[i] = points[i] * points[i] / 2;
    }
    half_norms[count - 1] = std::numeric_limits<float>::infinity();
    const std::vector<float> rows = {0, 5, 7, 9, 2, 3, 1, 8, 4, 6, 0, 1, 2, 5};
    std::vector<float> limits;
    for (const float row : rows) limits.push_back(2 - row * row / 2);  // closer than 2
    std::vector<ScoredPoint> found(rows.size() * (count + 1));
    std::vector<ScoredPoint*> ends;
    for (std::size_t row = 0; row < rows.size(); ++row)
      ends.push_back(found.data() + row * (count + 1));
    kernels->find_closer({points.data(), half_norms.data(), count, 1},
                         {rows.data(), rows.size(), limits.data(), ends.data(), 100});
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const ScoredPoint* at = found.data() + row * (count + 1);
      for (float point = std::max(0.0F, rows[row] - 1); point <= rows[row] + 1; ++point, ++at) {
        EXPECT_EQ(at->point, 100 + static_cast<std::uint32_t>(point)) << kernels->name;
        EXPECT_EQ(at->score, point * point / 2 - point * rows[row]) << kernels->name;
      }
      EXPECT_EQ(at, ends[row]) << kernels->name;
    }
  }
}

TEST(Kernels, MeasureDistancesAndAdd) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    for (const std::size_t columns : {1, 3, 16, 31, 64, 100}) {
      const auto a = drawn(columns, 3);
      const auto b = drawn(3 * columns, 4);
      std::vector<float> distances(3);
      kernels->squared_distances(b.data(), 3, columns, a.data(), distances.data());
      for (std::size_t row = 0; row < 3; ++row) {
        EXPECT_NEAR(distances[row], plain_distance(a, std::span(b).subspan(row * columns, columns)),
                    1e-3);
      }
      auto sum = a;
      kernels->add(sum.data(), b.data(), columns);
      for (std::size_t i = 0; i < columns; ++i) EXPECT_EQ(sum[i], a[i] + b[i]) << kernels->name;
    }
  }
}

double plain_product(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return sum;
}

// Column `column` of a matrix.
std::vector<float> column_of(std::span<const float> values, std::size_t stride,
                             std::size_t column) {
  std::vector<float> taken;
  for (std::size_t at = column; at < values.size(); at += stride) taken.push_back(values[at]);
  return taken;
}

TEST(Kernels, MultiplyColumns) {
  constexpr std::size_t rows = 37;
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const std::size_t width = 3 * kernels->panel;
    const auto left = drawn(rows * 23, 5);
    const auto right = drawn(rows * width, 6);
    std::vector<float> out(19 * width);
    kernels->multiply_columns({.left = left.data(),
                               .left_stride = 23,
                               .left_columns = 19,
                               .right = right.data(),
                               .right_columns = width,
                               .rows = rows,
                               .upper_only = false,
                               .out = out.data()});
    for (std::size_t i = 0; i < 19; ++i) {
      for (std::size_t j = 0; j < width; ++j) {
        EXPECT_NEAR(out[i * width + j],
                    plain_product(column_of(left, 23, i), column_of(right, width, j)), 1e-3)
            << kernels->name;
      }
    }
  }
}

TEST(Kernels, MultiplyTheUpperHalfOfAMatrixWithItself) {
  constexpr std::size_t rows = 20;
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const std::size_t width = 2 * kernels->panel;
    const auto values = drawn(rows * width, 7);
    std::vector<float> out(width * width);
    kernels->multiply_columns({.left = values.data(),
                               .left_stride = width,
                               .left_columns = width,
                               .right = values.data(),
                               .right_columns = width,
                               .rows = rows,
                               .upper_only = true,
                               .out = out.data()});
    for (std::size_t i = 0; i < width; ++i) {
      for (std::size_t j = i; j < width; ++j) {
        EXPECT_NEAR(out[i * width + j],
                    plain_product(column_of(values, width, i), column_of(values, width, j)), 1e-3)
            << kernels->name;
      }
    }
  }
}

TEST(Kernels, MultiplyMatrices) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const std::size_t width = 2 * kernels->panel;
    const auto left = drawn(31 * 9, 8);
    const auto right = drawn(9 * width, 9);
    std::vector<float> out(31 * width);
    kernels->multiply({.left = left.data(),
                       .rows = 31,
                       .left_columns = 9,
                       .right = right.data(),
                       .right_columns = width,
                       .out = out.data()});
    for (std::size_t row = 0; row < 31; ++row) {
      for (std::size_t j = 0; j < width; ++j) {
        EXPECT_NEAR(out[row * width + j],
                    plain_product(std::span(left).subspan(row * 9, 9), column_of(right, width, j)),
                    1e-3)
            << kernels->name;
      }
    }
  }
}

double plain_outside(std::span<const float> point, std::span<const float> low,
                     std::span<const float> high) {
  double sum = 0;
  for (std::size_t i = 0; i < point.size(); ++i)
    sum += static_cast<double>(std::max({0.0F, low[i] - point[i], point[i] - high[i]}));
  return sum;
}

TEST(Kernels, SayHowFarAPointLiesOutsideOfABox) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    for (std::size_t columns = 1; columns < 40; ++columns) {
      const auto point = drawn(columns, 10);
      auto low = drawn(columns, 11);
      auto high = low;
      kernels->widen(low.data(), high.data(), drawn(columns, 12).data(), columns);
      EXPECT_NEAR(kernels->outside(point.data(), low.data(), high.data(), columns),
                  plain_outside(point, low, high), 1e-4)
          << kernels->name;
      EXPECT_EQ(kernels->outside(high.data(), low.data(), high.data(), columns), 0);
    }
  }
}

TEST(Kernels, WidenABoxUntilItHoldsTheRow) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    for (std::size_t columns = 1; columns < 40; ++columns) {
      const auto row = drawn(columns, 13);
      const auto corner = drawn(columns, 14);
      auto low = corner;
      auto high = corner;
      kernels->widen(low.data(), high.data(), row.data(), columns);
      for (std::size_t i = 0; i < columns; ++i) {
        EXPECT_EQ(low[i], std::min(row[i], corner[i])) << kernels->name;
        EXPECT_EQ(high[i], std::max(row[i], corner[i])) << kernels->name;
      }
    }
  }
}

TEST(Kernels, SumRowsAndTheirInteractions) {
  const std::vector<std::uint32_t> numbers = {4, 0, 7, 7, 2};
  const auto weights = drawn(numbers.size(), 10);
  for (const Kernels* kernels : kernels_of_this_processor()) {
    for (const std::size_t width : {1, 3, 4, 8, 31, 64, 100}) {
      const auto matrix = drawn(8 * width, 11);
      const RowSum task{numbers.data(), weights.data(), numbers.size(), matrix.data(), width};
      double pairs = 0;
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        for (std::size_t j = i + 1; j < numbers.size(); ++j) {
          pairs += static_cast<double>(weights[i] * weights[j]) *
                   plain_product(std::span(matrix).subspan(numbers[i] * width, width),
                                 std::span(matrix).subspan(numbers[j] * width, width));
        }
      }
      std::vector<float> sums(width);
      std::vector<float> same(width);
      EXPECT_NEAR(kernels->sum_interacting_rows(task, sums.data()), pairs, 1e-3) << kernels->name;
      kernels->sum_rows(task, same.data());
      for (std::size_t column = 0; column < width; ++column) {
        double sum = 0;
        for (std::size_t i = 0; i < numbers.size(); ++i)
          sum += static_cast<double>(weights[i] * matrix[numbers[i] * width + column]);
        EXPECT_NEAR(sums[column], sum, 1e-5) << kernels->name;
        EXPECT_NEAR(same[column], sum, 1e-5) << kernels->name;
      }
    }
  }
}

// By hand: the gradient 4 * 0.5 + 2 * 0.25 = 2.5 is clipped to 2.
TEST(Kernels, StepAsAdamDoes) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const float gradient = 4;
    float weight = 2;
    float mean = 1;
    float square = 3;
    kernels->adam_step({.rescale = 0.5F, .decay = 0.25F, .clip = 2, .rate = 0.1F, .epsilon = 0.5F},
                       {&gradient, &weight, &mean, &square, 1});
    EXPECT_NEAR(mean, 0.9 * 1 + 0.1 * 2, 1e-6);
    EXPECT_NEAR(square, 0.999 * 3 + 0.001 * 4, 1e-6);
    EXPECT_NEAR(weight, 2 - 0.1 * 1.1 / (std::sqrt(3.001) + 0.5), 1e-6);
  }
}

TEST(Kernels, AlwaysHaveOneForEveryProcessor) {
  EXPECT_EQ(kernels_of_this_processor().front()->name, "baseline");
  EXPECT_EQ(&kernels(), kernels_of_this_processor().back());
}

TEST(Kernels, AddUpWhatCodesChoose) {
  Draw draw(8);
  for (const std::size_t parts : {1, 3, 8}) {
    std::vector<float> tables(parts * 256);
    for (float& value : tables) value = static_cast<float>(draw.normal());
    for (const std::size_t count : {1, 7, 8, 21}) {
      std::vector<std::uint8_t> codes(count * parts);
      for (auto& code : codes) code = static_cast<std::uint8_t>(draw.below(256));
      for (const Kernels* kernels : kernels_of_this_processor()) {
        std::vector<float> sums(count);
        kernels->sum_coded({codes.data(), count, parts, tables.data(), 256, 0.5F}, sums.data());
        for (std::size_t point = 0; point < count; ++point) {
          float expected = 0.5F;
          for (std::size_t part = 0; part < parts; ++part)
            expected += tables[part * 256 + codes[point * parts + part]];
          EXPECT_EQ(sums[point], expected);
        }
      }
    }
  }
}

}  // namespace
}  // namespace millrace::learn
