#include "learn/pca/components.hpp"

#include "learn/draw.hpp"
#include "learn/pca/scatter.hpp"
#include "learn/symmetric.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace millrace::learn::pca {
namespace {

// How often the sketch's directions are drawn towards the components: twice leaves little to gain.
constexpr int drawing_passes = 2;

std::vector<float> narrowed(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

// A vector may point either way: the largest number of each is made positive, so that the same data
// has the same components.
void orient(std::vector<double>& vector) {
  const auto largest =
      std::ranges::max_element(vector, {}, [](double value) { return std::abs(value); });
  if (largest == vector.end() || *largest >= 0) return;
  for (double& value : vector) value = -value;
}

// The last `count` of the eigenvectors, which are of `basis` where there is one (its columns one
// after another), else of the features themselves.
Components take_last(const Eigenvectors& found, std::size_t count,
                     const std::vector<std::vector<double>>* basis, std::size_t features) {
  const std::size_t size = found.values.size();
  Components components{.features = features, .vectors = std::vector<float>(features * count)};
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t from = size - count + i;
    const std::span<const double> coordinates(found.vectors.data() + from * size, size);
    std::vector<double> vector(coordinates.begin(), coordinates.end());
    if (basis) {
      vector.assign(features, 0);
      for (std::size_t direction = 0; direction < size; ++direction) {
        for (std::size_t j = 0; j < features; ++j)
          vector[j] += coordinates[direction] * (*basis)[direction][j];
      }
    }
    orient(vector);
    components.singular.push_back(static_cast<float>(std::sqrt(std::max(0.0, found.values[from]))));
    for (std::size_t j = 0; j < features; ++j)
      components.vectors[j * count + i] = static_cast<float>(vector[j]);
  }
  return components;
}

std::vector<float> mean_of(const Rows& rows, bool subtract_mean, Parallel& parallel) {
  if (!subtract_mean) return std::vector<float>(rows.columns);
  return narrowed(means_of(rows, parallel));
}

// Random signs times a block's rows, added to the sketch: `size` directions of `width` numbers.
void add_sketch(const Block& block, std::size_t size, std::size_t width, std::uint64_t seed,
                std::span<double> sums) {
  Draw draw(seed + block.number * 0x9e3779b97f4a7c15);
  std::vector<float> signs(block.rows * size);
  for (float& sign : signs) sign = (draw.next() >> 63) == 0 ? 1.0F : -1.0F;
  std::vector<float> products(size * width);
  kernels().multiply_columns({.left = signs.data(),
                              .left_stride = size,
                              .left_columns = size,
                              .right = block.values.data(),
                              .right_columns = width,
                              .rows = block.rows,
                              .upper_only = false,
                              .out = products.data()});
  for (std::size_t i = 0; i < products.size(); ++i) sums[i] += static_cast<double>(products[i]);
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

void subtract_projections(std::vector<double>& vector, std::span<const std::vector<double>> basis) {
  for (const auto& direction : basis) {
    const double share = dot(vector, direction);
    for (std::size_t i = 0; i < vector.size(); ++i) vector[i] -= share * direction[i];
  }
}

// Gram and Schmidt's, twice, which is enough. A direction that lies in the space of those before it
// becomes a random one, so that there are always as many as were asked for.
void make_orthonormal(std::vector<std::vector<double>>& directions, Draw& draw) {
  constexpr double lost = 1e-7;
  for (std::size_t i = 0; i < directions.size(); ++i) {
    std::vector<double>& vector = directions[i];
    const auto before = std::span(directions).first(i);
    double length = std::sqrt(dot(vector, vector));
    subtract_projections(vector, before);
    while (!(std::sqrt(dot(vector, vector)) > lost * length) || length == 0) {
      for (double& value : vector) value = draw.normal();
      length = std::sqrt(dot(vector, vector));
      subtract_projections(vector, before);
    }
    subtract_projections(vector, before);
    length = std::sqrt(dot(vector, vector));
    for (double& value : vector) value /= length;
  }
}

}  // namespace

Components regular_components(const Rows& rows, std::size_t count, bool subtract_mean,
                              Parallel& parallel, const Stopped& stopped) {
  const std::vector<float> mean = mean_of(rows, subtract_mean, parallel);
  const std::vector<double> scatter = scatter_of(rows, mean, parallel, stopped);
  Components components =
      take_last(eigenvectors(scatter, rows.columns), count, nullptr, rows.columns);
  components.mean = mean;
  return components;
}

Components randomized_components(const Rows& rows, std::size_t count, bool subtract_mean,
                                 const Sketch& sketch, Parallel& parallel, const Stopped& stopped) {
  const std::vector<float> mean = mean_of(rows, subtract_mean, parallel);
  const std::size_t size = std::min(count + sketch.extra, rows.columns);
  const std::size_t width = padded(rows.columns);
  std::vector<std::vector<double>> directions =
      directions_of(sum_over_blocks(
                        rows, mean, sketch.batch_rows, size * width, parallel,
                        [&](const Block& block, std::span<double> part) {
                          add_sketch(block, size, width, sketch.seed, part);
                        },
                        stopped),
                    rows.columns);
  Draw draw(sketch.seed);
  make_orthonormal(directions, draw);
  for (int pass = 0; pass < drawing_passes && !(stopped && stopped()); ++pass) {
    directions = drawn_directions(rows, mean, Basis(directions, rows.columns), parallel, stopped);
    make_orthonormal(directions, draw);
  }
  const Basis basis(directions, rows.columns);
  const std::vector<double> scatter = scatter_of_projections(rows, mean, basis, parallel, stopped);
  Components components = take_last(eigenvectors(scatter, size), count, &directions, rows.columns);
  components.mean = mean;
  return components;
}

}  // namespace millrace::learn::pca
