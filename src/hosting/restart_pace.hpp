// How soon a model server that was lost is followed by another: at once, and ever later where one
// after the other is lost. It never gives up: what ends them may pass.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <deque>

namespace millrace::hosting {

class RestartPace {
 public:
  static constexpr std::size_t restarts_at_once = 5;
  static constexpr std::chrono::nanoseconds memory = std::chrono::minutes(10);
  static constexpr std::chrono::nanoseconds longest_pause = std::chrono::seconds(60);
  static constexpr std::chrono::nanoseconds first_room_pause = std::chrono::milliseconds(500);
  static constexpr std::chrono::nanoseconds longest_room_pause = std::chrono::seconds(8);

  // Notes a loss. After the first few of the last minutes the pause doubles, from one second on.
  [[nodiscard]] std::chrono::nanoseconds pause_after_loss(std::chrono::nanoseconds now) {
    while (!losses_.empty() && losses_.front() < now - memory) losses_.pop_front();
    losses_.push_back(now);
    if (losses_.size() <= restarts_at_once) return std::chrono::nanoseconds(0);
    std::chrono::nanoseconds pause = std::chrono::seconds(1);
    for (std::size_t more = losses_.size() - restarts_at_once - 1; more > 0; --more) {
      pause = std::min(2 * pause, longest_pause);
    }
    return pause;
  }

  // Notes that the disk has no room for the one that follows; this is no loss, and not held against
  // the model.
  [[nodiscard]] std::chrono::nanoseconds pause_without_room() {
    room_pause_ = std::clamp(2 * room_pause_, first_room_pause, longest_room_pause);
    return room_pause_;
  }
  void note_room() { room_pause_ = {}; }

 private:
  std::deque<std::chrono::nanoseconds> losses_;  // of the last minutes
  std::chrono::nanoseconds room_pause_{};
};

}  // namespace millrace::hosting
