#include "learn/blazingtext/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace::learn::blazingtext {

Sampler::Sampler(std::span<const double> weights) {
  const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
  const auto count = static_cast<double>(weights.size());
  std::vector<double> left(weights.begin(), weights.end());
  std::vector<std::uint32_t> small;
  std::vector<std::uint32_t> large;
  for (std::uint32_t i = 0; i < left.size(); ++i) {
    left[i] *= count / total;
    (left[i] < 1 ? small : large).push_back(i);
    places_.push_back({.own = ~std::uint32_t{0}, .alias = i});
  }
  while (!small.empty() && !large.empty()) {
    const std::uint32_t filled = small.back();
    const std::uint32_t giver = large.back();
    small.pop_back();
    const double own = std::clamp(left[filled], 0.0, 1.0) * 4294967296.0;
    places_[filled] = {.own = static_cast<std::uint32_t>(std::max(own - 1, 0.0)), .alias = giver};
    left[giver] -= 1 - left[filled];
    if (left[giver] >= 1) continue;
    large.pop_back();
    small.push_back(giver);
  }
}

std::uint32_t Sampler::draw(Draw& draw) const {
  const std::uint64_t random = draw.next();
  const auto at = static_cast<std::size_t>(((random >> 32) * places_.size()) >> 32);
  const Place& place = places_[at];
  return static_cast<std::uint32_t>(random) <= place.own ? static_cast<std::uint32_t>(at)
                                                         : place.alias;
}

Sampler noise_sampler(std::span<const std::uint64_t> counts) {
  std::vector<double> weights;
  for (const std::uint64_t count : counts)
    weights.push_back(std::pow(static_cast<double>(count), 0.75));
  return Sampler(weights);
}

double kept_part(std::uint64_t count, std::uint64_t all, double threshold) {
  const double part = threshold * static_cast<double>(all) / static_cast<double>(count);
  return std::min(1.0, std::sqrt(part) + part);
}

}  // namespace millrace::learn::blazingtext
