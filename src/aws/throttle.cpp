#include "aws/throttle.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace millrace::aws {

namespace {

constexpr double least_rate = 0.001;
constexpr double largest_rate = 1'000'000;

double number_in(std::string_view text, std::string_view whole) {
  const auto number = base::to_number(text);
  if (number && *number >= least_rate && *number <= largest_rate) return *number;
  throw BadRates("'" + std::string(whole) + "' has no rate from 0.001 to 1000000 a second");
}

Rate rate_of(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    throw BadRates("'" + std::string(text) +
                   "' is no rate; write one as service:Operation=RATE/BURST");
  Rate rate{.pattern = std::string(text.substr(0, equals))};
  if (rate.pattern.find(':') == std::string::npos && rate.pattern != "*") rate.pattern += ":*";
  const std::string_view numbers = text.substr(equals + 1);
  const std::size_t slash = numbers.find('/');
  rate.per_s = number_in(numbers.substr(0, slash), text);
  rate.burst = slash == std::string_view::npos ? std::max(1.0, rate.per_s)
                                               : number_in(numbers.substr(slash + 1), text);
  if (rate.burst < 1) throw BadRates("'" + std::string(text) + "' has a burst of less than 1");
  return rate;
}

double filled(double tokens, const Rate& rate, std::chrono::nanoseconds waited) {
  const double seconds = std::chrono::duration<double>(waited).count();
  return std::min(rate.burst, tokens + seconds * rate.per_s);
}

}  // namespace

Rates parse_rates(std::string_view text) {
  Rates rates;
  for (const std::string_view piece : base::split(text, ' ')) {
    if (!piece.empty()) rates.push_back(rate_of(piece));
  }
  return rates;
}

// Full buckets say nothing; of the others one is forgotten, in its client's favour.
void Throttle::make_room(std::chrono::nanoseconds now) {
  std::erase_if(buckets_, [now](const auto& entry) {
    const Bucket& bucket = entry.second;
    return filled(bucket.tokens, *bucket.rate, now - bucket.at) >= bucket.rate->burst;
  });
  if (buckets_.size() >= most_buckets) buckets_.erase(buckets_.begin());
}

bool Throttle::admits(std::string_view principal, std::string_view service,
                      std::string_view operation) {
  if (rates_.empty()) return true;
  std::string name = std::string(service) + ":" + std::string(operation);
  const auto rate = std::ranges::find_if(
      rates_, [&](const Rate& one) { return base::matches_wildcard(one.pattern, name); });
  if (rate == rates_.end()) return true;
  const std::chrono::nanoseconds now = clock_.steady();
  name.append(" ").append(principal);
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= most_buckets && !buckets_.contains(name)) make_room(now);
  Bucket& bucket =
      buckets_.try_emplace(name, Bucket{.rate = &*rate, .tokens = rate->burst, .at = now})
          .first->second;
  bucket.tokens = filled(bucket.tokens, *rate, now - bucket.at);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

}  // namespace millrace::aws
