// Chance in training: fast, and the same on every machine from the same seed (the standard
// library's distributions are not).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn {

// xoshiro256++ by Blackman and Vigna, its state filled by splitmix64.
class Draw {
 public:
  explicit Draw(std::uint64_t seed);
  [[nodiscard]] std::uint64_t next();
  [[nodiscard]] double uniform();                      // [0, 1)
  [[nodiscard]] std::size_t below(std::size_t bound);  // without bias; `bound` is not 0
  [[nodiscard]] double normal();                       // mean 0, deviation 1
  // An index with a probability in proportion to its weight; the last one with a weight where
  // rounding leaves none. Weights are not negative, and one is above 0.
  [[nodiscard]] std::size_t weighted(std::span<const float> weights);

 private:
  std::array<std::uint64_t, 4> state_;
};

// `count` different numbers below `bound`, in the order drawn; all of them when there are fewer.
[[nodiscard]] std::vector<std::size_t> draw_distinct(Draw& draw, std::size_t count,
                                                     std::size_t bound);

}  // namespace millrace::learn
