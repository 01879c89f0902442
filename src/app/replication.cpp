#include "app/replication.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string>

namespace millrace::app {

namespace {

using std::chrono::milliseconds;

// The bell rings for all that is new, so this is how long a lost wake-up would cost.
constexpr milliseconds usual_patience{60'000};
// After a failure: the disk may have room again.
constexpr milliseconds first_pause{250};
constexpr milliseconds last_pause{30'000};

void pause(milliseconds time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any wakes;
  std::unique_lock lock(mutex);
  wakes.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace

void Replication::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void Replication::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Replication::work(const std::stop_token& stop) {
  milliseconds next_pause = first_pause;
  while (!stop.stop_requested()) {
    try {
      replicator_.run(stop);
      next_pause = first_pause;
      replicator_.wait(usual_patience, stop);
    } catch (const std::exception& error) {
      log_.write(base::Level::error,
                 std::string("replication: ") + error.what() + "; tried again soon");
      pause(next_pause, stop);
      next_pause = std::min(next_pause * 2, last_pause);
    }
  }
}

}  // namespace millrace::app
