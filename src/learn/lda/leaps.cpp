#include "learn/lda/leaps.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace millrace::learn::lda {
namespace {

constexpr float farthest = 16;  // steps; beyond that two steps tell too little

// How many steps ahead: 1 where the second leads nowhere new.
float length_of(float steps, float turns) {
  return turns > 0 ? std::clamp(std::sqrt(steps / turns), 1.0F, farthest) : 1.0F;
}

}  // namespace

void Leaps::step(std::span<const float> from, std::span<float> to, std::span<const float> least) {
  if (!is_second_) {
    std::ranges::copy(from, start_.begin());
    std::ranges::transform(to, from, first_.begin(), std::minus{});
    is_second_ = true;
    return;
  }
  is_second_ = false;
  float steps = 0;
  float turns = 0;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const float turn = (to[i] - from[i]) - first_[i];
    steps += first_[i] * first_[i];
    turns += turn * turn;
  }
  const float length = length_of(steps, turns);
  for (std::size_t i = 0; i < to.size(); ++i) {
    const float turn = (to[i] - from[i]) - first_[i];
    to[i] = std::max(least[i], start_[i] + 2 * length * first_[i] + length * length * turn);
  }
}

}  // namespace millrace::learn::lda
