// How fast a work's output is read: what prints faster waits at its pipe, as under Docker's awslogs
// driver in its default, blocking mode. So nothing is lost, and who reads the log can keep up.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace millrace::process {

class LogPace {
 public:
  LogPace(std::uint64_t lines_per_second, std::uint64_t bytes_per_second)
      : lines_limit_(lines_per_second), bytes_limit_(bytes_per_second) {}

  void took(std::string_view bytes, std::chrono::nanoseconds now) {
    if (now >= second_ends_) {
      second_ends_ = now + std::chrono::seconds(1);
      lines_ = bytes_ = 0;
    }
    lines_ += static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
    bytes_ += bytes.size();
  }

  // Until when nothing more is to be read, once this second's share was.
  [[nodiscard]] std::optional<std::chrono::nanoseconds> rests_until() const {
    if (lines_ < lines_limit_ && bytes_ < bytes_limit_) return std::nullopt;
    return second_ends_;
  }

 private:
  std::uint64_t lines_limit_;
  std::uint64_t bytes_limit_;
  std::uint64_t lines_ = 0;
  std::uint64_t bytes_ = 0;
  std::chrono::nanoseconds second_ends_{0};
};

}  // namespace millrace::process
