// Wakes who reads the change feed, when entries are durable.
#pragma once

#include "store/database.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <stop_token>

namespace millrace::objects {

class ObjectStore;

class FeedBell final : public store::GroupMember {
 public:
  // On the writer's thread, inside the write that adds an entry.
  void entry_added() { added_ = true; }

  void prepare(store::Connection& /*connection*/) override {}
  void settle(bool is_durable) noexcept override;

  // How often it has rung.
  [[nodiscard]] std::uint64_t rings();
  // Returns once it has rung more often than that, when asked to stop, or when patience is over.
  void wait(std::uint64_t heard, std::chrono::milliseconds patience, const std::stop_token& stop);

 private:
  bool added_ = false;  // the writer's thread alone
  std::mutex mutex_;
  std::condition_variable_any rang_;
  std::uint64_t rings_ = 0;  // guarded by mutex_
};

// Of the store that records the entries.
[[nodiscard]] FeedBell& feed_bell(ObjectStore& objects);

}  // namespace millrace::objects
