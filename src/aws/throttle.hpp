// How many requests a second a principal may make of an operation: a bucket of tokens for each.
#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace millrace::aws {

struct Rate {
  std::string pattern;  // of "service:Operation", with wildcards
  double per_s = 0;
  double burst = 0;  // requests at once, after a pause
};
using Rates = std::vector<Rate>;

// The text is no list of rates; it says where and how to write one.
struct BadRates : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// "sagemaker:Create*=2/10 s3=3500": pairs of a service or operation and a rate, with a burst after
// the slash (the rate, if none). Throws BadRates.
[[nodiscard]] Rates parse_rates(std::string_view text);

// Safe from any thread.
class Throttle {
 public:
  // The clock outlives it.
  Throttle(Rates rates, base::Clock& clock) : rates_(std::move(rates)), clock_(clock) {}

  // Whether the principal may make this request now, which is counted. The first rate that fits the
  // operation holds; where none does, all may.
  [[nodiscard]] bool admits(std::string_view principal, std::string_view service,
                            std::string_view operation);

  static constexpr std::size_t most_buckets = 65'536;

 private:
  struct Bucket {
    const Rate* rate;
    double tokens;
    std::chrono::nanoseconds at;
  };
  void make_room(std::chrono::nanoseconds now);

  const Rates rates_;
  base::Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;  // guarded by mutex_
};

}  // namespace millrace::aws
