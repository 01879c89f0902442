#include "objects/feed_bell.hpp"

namespace millrace::objects {

void FeedBell::settle(bool is_durable) noexcept {
  if (!added_) return;
  added_ = false;
  if (!is_durable) return;
  {
    const std::lock_guard lock(mutex_);
    ++rings_;
  }
  rang_.notify_all();
}

std::uint64_t FeedBell::rings() {
  const std::lock_guard lock(mutex_);
  return rings_;
}

void FeedBell::wait(std::uint64_t heard, std::chrono::milliseconds patience,
                    const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  rang_.wait_for(lock, stop, patience, [&] { return rings_ > heard; });
}

}  // namespace millrace::objects
