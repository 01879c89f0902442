// Waiting for announcements.
#include "store/changes.hpp"

#include <utility>
#include <vector>

namespace millrace::store {

Changes::Ticket Changes::wait(std::string_view arn, std::function<void()> woken) {
  const std::lock_guard guard(mutex_);
  waiting_.emplace(next_, Waiting{.arn = std::string(arn), .woken = std::move(woken)});
  return next_++;
}

void Changes::forget(Ticket ticket) {
  const std::lock_guard guard(mutex_);
  waiting_.erase(ticket);
}

void Changes::announce(std::string_view arn) {
  std::vector<std::function<void()>> due;
  {
    const std::lock_guard guard(mutex_);
    for (auto at = waiting_.begin(); at != waiting_.end();) {
      if (at->second.arn == arn) {
        due.push_back(std::move(at->second.woken));
        at = waiting_.erase(at);
      } else {
        ++at;
      }
    }
  }
  for (const auto& woken : due) woken();
}

void Changes::announce_all() {
  std::map<Ticket, Waiting> due;
  {
    const std::lock_guard guard(mutex_);
    due.swap(waiting_);
  }
  for (const auto& [ticket, waiting] : due) waiting.woken();
}

}  // namespace millrace::store
