// How far a training is, for its threads: the size of the next steps, the lines of the log, the
// wish to stop.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

namespace millrace::learn::blazingtext {

class Progress {
 public:
  // `words` are passed over in all; `rate` is the first step's size, the last one's is 0.
  Progress(std::uint64_t words, double rate, std::function<void(std::string_view)> print,
           std::function<bool()> stopped);

  // So many words more are done.
  void add(std::uint64_t words) { done_.fetch_add(words, std::memory_order_relaxed); }
  [[nodiscard]] float rate() const;
  // From one thread: a line for each twentieth that is done; asks whether to stop.
  void report();
  [[nodiscard]] bool stopped() const { return stop_.load(std::memory_order_relaxed); }
  // The last lines: mean throughput, and time.
  void finish();

 private:
  [[nodiscard]] double part() const;
  [[nodiscard]] double seconds() const;
  [[nodiscard]] double throughput() const;
  void print_line(double part) const;

  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<bool> stop_ = false;
  std::uint64_t words_;
  double rate_;
  std::function<void(std::string_view)> print_;
  std::function<bool()> asks_;
  std::chrono::steady_clock::time_point began_;
  double next_ = 0.02;
};

}  // namespace millrace::learn::blazingtext
