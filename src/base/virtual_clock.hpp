// Clocks that are moved by hand: the server's under `--clock virtual`, and one for tests that
// stands still by itself.
#pragma once

#include "base/time.hpp"

#include <atomic>
#include <cstdint>

namespace millrace::base {

// Real hands, and a service hand ahead of the wall by an offset that only grows. Safe from any
// thread.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Milliseconds offset = Milliseconds(0)) : offset_(offset.count()) {}
  [[nodiscard]] Timestamp wall() const override { return real_.wall(); }
  [[nodiscard]] std::chrono::nanoseconds steady() const override { return real_.steady(); }
  [[nodiscard]] Timestamp service() const override { return real_.wall() + offset(); }
  void advance(Milliseconds by);  // asserts that `by` is not negative
  [[nodiscard]] Milliseconds offset() const { return Milliseconds(offset_.load()); }

 private:
  SystemClock real_;
  std::atomic<std::int64_t> offset_;
};

// For tests: all three hands stand until they are advanced together. Safe from any thread.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start = Timestamp(Milliseconds(1'800'000'000'000)))
      : start_(start) {}
  [[nodiscard]] Timestamp wall() const override { return start_ + passed(); }
  [[nodiscard]] std::chrono::nanoseconds steady() const override { return passed(); }
  [[nodiscard]] Timestamp service() const override { return wall(); }
  void advance(Milliseconds by);  // asserts that `by` is not negative

 private:
  [[nodiscard]] Milliseconds passed() const { return Milliseconds(passed_.load()); }
  const Timestamp start_;
  std::atomic<std::int64_t> passed_ = 0;
};

}  // namespace millrace::base
