#include "learn/ip_insights/evaluation.hpp"

#include <algorithm>
#include <utility>

namespace millrace::learn::ip_insights {
namespace {

// Events that are scored at a time.
constexpr std::size_t block_events = 1024;

void score_block(const Network& network, std::span<const Event> events, Encoding& encoding,
                 std::span<float> out) {
  std::vector<std::uint32_t> addresses;
  for (const Event& event : events) addresses.push_back(event.address);
  encode(network, addresses, encoding);
  const std::size_t width = network.shape.width();
  for (std::size_t i = 0; i < events.size(); ++i)
    out[i] = dot(network.entity(events[i].slot), encoding.out.data() + i * width);
}

}  // namespace

// By ranks: the sum over the observed of how many of the made-up lie below.
double area_under_curve(std::span<const float> observed, std::span<const float> made_up) {
  std::vector<float> sorted(made_up.begin(), made_up.end());
  std::ranges::sort(sorted);
  double below = 0;
  for (const float score : observed) {
    const auto [first, last] = std::ranges::equal_range(sorted, score);
    below +=
        (static_cast<double>(first - sorted.begin()) + static_cast<double>(last - sorted.begin())) /
        2;
  }
  return below / static_cast<double>(observed.size()) / static_cast<double>(sorted.size());
}

std::vector<float> scores(const Network& network, std::span<const Event> events,
                          Parallel& parallel) {
  std::vector<float> out(events.size());
  parallel.split(events.size(), [&](std::size_t, std::size_t first, std::size_t last) {
    Encoding encoding;
    for (std::size_t at = first; at < last; at += block_events) {
      const std::size_t count = std::min(block_events, last - at);
      score_block(network, events.subspan(at, count), encoding, std::span(out).subspan(at, count));
    }
  });
  return out;
}

std::vector<Event> make_up(std::span<const Event> events, std::uint64_t seed) {
  Draw draw(seed);
  std::vector<Event> made;
  for (const Event& event : events)
    made.push_back({event.slot, static_cast<std::uint32_t>(draw.next() >> 32)});
  const auto order = draw_distinct(draw, events.size(), events.size());
  for (std::size_t i = 0; i < events.size(); ++i)
    made.push_back({events[i].slot, events[order[i]].address});
  return made;
}

}  // namespace millrace::learn::ip_insights
