// How well the network tells events from made-up ones.
#pragma once

#include "learn/ip_insights/network.hpp"
#include "learn/parallel.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::ip_insights {

// The probability that an observed one's score is above a made-up one's; equal scores count half.
// There is one of each at least.
[[nodiscard]] double area_under_curve(std::span<const float> observed,
                                      std::span<const float> made_up);

[[nodiscard]] std::vector<float> scores(const Network& network, std::span<const Event> events,
                                        Parallel& parallel);

// For each event one with an address drawn at random, and one with another event's address.
[[nodiscard]] std::vector<Event> make_up(std::span<const Event> events, std::uint64_t seed);

}  // namespace millrace::learn::ip_insights
