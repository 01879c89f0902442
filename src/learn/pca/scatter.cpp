#include "learn/pca/scatter.hpp"

#include <algorithm>

namespace millrace::learn::pca {
namespace {

// Large enough that adding a block's products to the sums does not count, small enough for a cache.
constexpr std::size_t usual_block_rows = 512;

void copy_shifted(const Rows& rows, std::span<const float> shift, std::size_t width,
                  std::vector<float>& out) {
  for (std::size_t row = 0; row < rows.count; ++row) {
    const auto from = rows.row(row);
    float* const to = out.data() + row * width;
    for (std::size_t i = 0; i < rows.columns; ++i) to[i] = from[i] - shift[i];
  }
}

// Adds the products of a block's columns, the first `columns` of `width`, to the upper half.
void add_products(std::span<const float> values, std::size_t rows, std::size_t columns,
                  std::size_t width, std::vector<float>& products, std::span<double> sums) {
  products.resize(columns * width);
  kernels().multiply_columns({.left = values.data(),
                              .left_stride = width,
                              .left_columns = columns,
                              .right = values.data(),
                              .right_columns = width,
                              .rows = rows,
                              .upper_only = true,
                              .out = products.data()});
  for (std::size_t i = 0; i < columns; ++i) {
    for (std::size_t j = i; j < columns; ++j)
      sums[i * columns + j] += static_cast<double>(products[i * width + j]);
  }
}

}  // namespace

std::size_t padded(std::size_t columns) {
  const std::size_t panel = kernels().panel;
  return (columns + panel - 1) / panel * panel;
}

std::vector<double> means_of(const Rows& rows, Parallel& parallel) {
  std::vector<std::vector<double>> parts(parallel.threads(), std::vector<double>(rows.columns));
  parallel.split(rows.count, [&](std::size_t thread, std::size_t first, std::size_t last) {
    for (std::size_t row = first; row < last; ++row) {
      const auto values = rows.row(row);
      for (std::size_t i = 0; i < values.size(); ++i)
        parts[thread][i] += static_cast<double>(values[i]);
    }
  });
  std::vector<double> means(rows.columns);
  for (const auto& part : parts) {
    for (std::size_t i = 0; i < means.size(); ++i) means[i] += part[i];
  }
  for (double& mean : means) mean /= static_cast<double>(rows.count);
  return means;
}

std::vector<double> sum_over_blocks(
    const Rows& rows, std::span<const float> shift, std::size_t asked_block_rows, std::size_t size,
    Parallel& parallel, const std::function<void(const Block& block, std::span<double> sums)>& work,
    const Stopped& stopped) {
  const std::size_t block_rows = std::min(asked_block_rows, rows.count);
  const std::size_t blocks = (rows.count + block_rows - 1) / block_rows;
  const std::size_t width = padded(rows.columns);
  std::vector<std::vector<double>> sums(parallel.threads());
  parallel.split(blocks, [&](std::size_t thread, std::size_t first, std::size_t last) {
    sums[thread].resize(size);
    std::vector<float> values(block_rows * width);
    for (std::size_t block = first; block < last; ++block) {
      if (block > first && stopped && stopped()) return;
      const std::size_t begin = block * block_rows;
      const std::size_t count = std::min(block_rows, rows.count - begin);
      copy_shifted(rows.part(begin, count), shift, width, values);
      work({.number = block, .rows = count, .values = values}, sums[thread]);
    }
  });
  std::vector<double> all(size);
  for (const auto& part : sums) {
    for (std::size_t i = 0; i < part.size(); ++i) all[i] += part[i];
  }
  return all;
}

std::vector<double> scatter_of(const Rows& rows, std::span<const float> shift, Parallel& parallel,
                               const Stopped& stopped) {
  const std::size_t width = padded(rows.columns);
  return sum_over_blocks(
      rows, shift, usual_block_rows, rows.columns * rows.columns, parallel,
      [&](const Block& block, std::span<double> sums) {
        std::vector<float> products;
        add_products(block.values, block.rows, rows.columns, width, products, sums);
      },
      stopped);
}

Basis::Basis(const std::vector<std::vector<double>>& directions, std::size_t features)
    : size_(directions.size()), columns_(padded(features) * padded(size_)) {
  for (std::size_t i = 0; i < size_; ++i) {
    for (std::size_t j = 0; j < features; ++j)
      columns_[j * padded(size_) + i] = static_cast<float>(directions[i][j]);
  }
}

std::vector<float> Basis::project(const Block& block) const {
  const std::size_t filled = padded(size_);
  std::vector<float> projected(block.rows * filled);
  kernels().multiply({.left = block.values.data(),
                      .rows = block.rows,
                      .left_columns = columns_.size() / filled,
                      .right = columns_.data(),
                      .right_columns = filled,
                      .out = projected.data()});
  return projected;
}

std::vector<double> scatter_of_projections(const Rows& rows, std::span<const float> shift,
                                           const Basis& basis, Parallel& parallel,
                                           const Stopped& stopped) {
  return sum_over_blocks(
      rows, shift, usual_block_rows, basis.size() * basis.size(), parallel,
      [&](const Block& block, std::span<double> sums) {
        std::vector<float> products;
        add_products(basis.project(block), block.rows, basis.size(), padded(basis.size()), products,
                     sums);
      },
      stopped);
}

std::vector<std::vector<double>> drawn_directions(const Rows& rows, std::span<const float> shift,
                                                  const Basis& basis, Parallel& parallel,
                                                  const Stopped& stopped) {
  const std::size_t width = padded(rows.columns);
  const auto add = [&](const Block& block, std::span<double> sums) {
    const std::vector<float> projected = basis.project(block);
    std::vector<float> products(basis.size() * width);
    kernels().multiply_columns({.left = projected.data(),
                                .left_stride = padded(basis.size()),
                                .left_columns = basis.size(),
                                .right = block.values.data(),
                                .right_columns = width,
                                .rows = block.rows,
                                .upper_only = false,
                                .out = products.data()});
    for (std::size_t i = 0; i < products.size(); ++i) sums[i] += static_cast<double>(products[i]);
  };
  return directions_of(
      sum_over_blocks(rows, shift, usual_block_rows, basis.size() * width, parallel, add, stopped),
      rows.columns);
}

std::vector<std::vector<double>> directions_of(std::span<const double> sums, std::size_t features) {
  std::vector<std::vector<double>> directions;
  for (std::size_t at = 0; at < sums.size(); at += padded(features)) {
    const auto row = sums.subspan(at, features);
    directions.emplace_back(row.begin(), row.end());
  }
  return directions;
}

}  // namespace millrace::learn::pca
