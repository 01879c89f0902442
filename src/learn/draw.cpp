#include "learn/draw.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>
#include <unordered_map>

namespace millrace::learn {
namespace {

std::uint64_t splitmix(std::uint64_t& state) {
  std::uint64_t mixed = (state += 0x9e3779b97f4a7c15);
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

}  // namespace

Draw::Draw(std::uint64_t seed) : state_() {
  for (std::uint64_t& word : state_) word = splitmix(seed);
}

std::uint64_t Draw::next() {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

double Draw::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::size_t Draw::below(std::size_t bound) {
  const std::uint64_t refused = -std::uint64_t{bound} % bound;  // 2^64 modulo bound
  std::uint64_t number = next();
  while (number < refused) number = next();
  return number % bound;
}

// Box and Muller's.
double Draw::normal() {
  const double length = std::sqrt(-2 * std::log(1 - uniform()));
  return length * std::cos(2 * std::numbers::pi * uniform());
}

std::size_t Draw::weighted(std::span<const float> weights) {
  double total = 0;
  for (const float weight : weights) total += static_cast<double>(weight);
  double left = uniform() * total;
  std::size_t last = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (!(weights[i] > 0)) continue;
    last = i;
    left -= static_cast<double>(weights[i]);
    if (left < 0) return i;
  }
  return last;
}

// Fisher and Yates's shuffle, of which only the places that moved are kept.
std::vector<std::size_t> draw_distinct(Draw& draw, std::size_t count, std::size_t bound) {
  count = std::min(count, bound);
  std::unordered_map<std::size_t, std::size_t> moved;
  const auto at = [&](std::size_t place) {
    const auto found = moved.find(place);
    return found == moved.end() ? place : found->second;
  };
  std::vector<std::size_t> drawn(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t chosen = i + draw.below(bound - i);
    drawn[i] = at(chosen);
    moved[chosen] = at(i);
  }
  return drawn;
}

}  // namespace millrace::learn
