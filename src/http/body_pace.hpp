// How long a request's body may still take: some time without progress, and never slower on the
// whole than a least rate.
#pragma once

#include "http/server.hpp"

#include <algorithm>
#include <chrono>

namespace millrace::http {

class BodyPace {
 public:
  using Clock = std::chrono::steady_clock;

  void begin(const Limits& limits, Clock::time_point now = Clock::now()) {
    timeout_ = limits.body_timeout;
    bytes_per_second_ = limits.body_bytes_per_second;
    end_ = now + timeout_;
    bytes_ = 0;
  }
  void took(std::size_t bytes) { bytes_ += bytes; }

  // Zero when it is too slow; a wheel's and a poll's deadline else.
  [[nodiscard]] std::chrono::seconds left(Clock::time_point now = Clock::now()) const {
    const std::chrono::seconds earned(bytes_ / bytes_per_second_);
    const auto whole = std::chrono::ceil<std::chrono::seconds>(end_ - now) + earned;
    return std::clamp(whole, std::chrono::seconds(0), timeout_);
  }

 private:
  std::chrono::seconds timeout_{0};
  std::size_t bytes_per_second_ = 1;
  Clock::time_point end_;
  std::uint64_t bytes_ = 0;
};

}  // namespace millrace::http
