#include "learn/knn/reduction.hpp"

#include "learn/draw.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace millrace::learn::knn {
namespace {

// Rows whose padded projections are held at a time.
constexpr std::size_t block_rows = 256;

float drawn_sign(Draw& draw) { return draw.next() >> 63 == 0 ? 1.0F : -1.0F; }

}  // namespace

void hadamard_transform(std::span<float> values) {
  for (std::size_t half = 1; half < values.size(); half *= 2) {
    for (std::size_t at = 0; at < values.size(); at += 2 * half) {
      for (std::size_t i = at; i < at + half; ++i) {
        const float sum = values[i] + values[i + half];
        values[i + half] = values[i] - values[i + half];
        values[i] = sum;
      }
    }
  }
}

Reduction::Reduction(const ReductionPlan& plan) : plan_(plan) {
  if (plan_.kind == ReductionKind::sign)
    draw_signs();
  else
    draw_transform();
}

void Reduction::draw_signs() {
  const std::size_t panel = kernels().panel;
  padded_target_ = (plan_.target + panel - 1) / panel * panel;
  matrix_.resize(plan_.input * padded_target_);
  Draw draw(plan_.seed);
  const float size = 1 / std::sqrt(static_cast<float>(plan_.target));
  for (std::size_t i = 0; i < plan_.input; ++i) {
    for (std::size_t j = 0; j < plan_.target; ++j)
      matrix_[i * padded_target_ + j] = size * drawn_sign(draw);
  }
}

void Reduction::draw_transform() {
  Draw draw(plan_.seed);
  const std::size_t size = std::bit_ceil(plan_.input);
  // The transform of n numbers is sqrt(n) times as long as they are; so many of its coordinates
  // stand for all.
  const float scale = 1 / std::sqrt(static_cast<float>(plan_.target));
  signs_.resize(plan_.input);
  for (float& sign : signs_) sign = scale * drawn_sign(draw);
  taken_ = draw_distinct(draw, plan_.target, size);
}

std::vector<float> Reduction::apply(const Rows& rows) const {
  std::vector<float> out(rows.count * plan_.target);
  if (plan_.kind == ReductionKind::sign) {
    for (std::size_t row = 0; row < rows.count; row += block_rows) {
      const std::size_t count = std::min(block_rows, rows.count - row);
      project(rows.part(row, count), out.data() + row * plan_.target);
    }
    return out;
  }
  std::vector<float> place(std::bit_ceil(plan_.input));
  for (std::size_t row = 0; row < rows.count; ++row)
    transform(rows.row(row), place, out.data() + row * plan_.target);
  return out;
}

void Reduction::project(const Rows& rows, float* out) const {
  std::vector<float> padded(rows.count * padded_target_);
  kernels().multiply({.left = rows.values.data(),
                      .rows = rows.count,
                      .left_columns = plan_.input,
                      .right = matrix_.data(),
                      .right_columns = padded_target_,
                      .out = padded.data()});
  for (std::size_t row = 0; row < rows.count; ++row)
    std::copy_n(padded.data() + row * padded_target_, plan_.target, out + row * plan_.target);
}

void Reduction::transform(std::span<const float> row, std::span<float> place, float* out) const {
  std::ranges::fill(place, 0.0F);
  for (std::size_t i = 0; i < row.size(); ++i) place[i] = signs_[i] * row[i];
  hadamard_transform(place);
  for (const std::size_t coordinate : taken_) *out++ = place[coordinate];
}

}  // namespace millrace::learn::knn
