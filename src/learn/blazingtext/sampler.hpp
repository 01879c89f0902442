// Words at random, as word2vec draws them.
#pragma once

#include "learn/draw.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::blazingtext {

// Numbers in proportion to their weights, in constant time: Walker's aliases.
class Sampler {
 public:
  explicit Sampler(std::span<const double> weights);  // not negative, one above 0
  [[nodiscard]] std::uint32_t draw(Draw& draw) const;

 private:
  struct Place {
    std::uint32_t own;  // of 2^32 draws of the place so many are its own, less one
    std::uint32_t alias;
  };
  std::vector<Place> places_;
};

// Words are drawn in proportion to their counts to the power of 3/4.
[[nodiscard]] Sampler noise_sampler(std::span<const std::uint64_t> counts);

// How often a word stays where frequent ones are thinned out: sqrt(t / f) + t / f of its
// occurrences, f being its part of all words.
[[nodiscard]] double kept_part(std::uint64_t count, std::uint64_t all, double threshold);

}  // namespace millrace::learn::blazingtext
