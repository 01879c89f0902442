// A generator that asks another one for many bytes at a time: for ids that are drawn so often that
// a system call for each would count.
#pragma once

#include "base/random.hpp"

#include <array>
#include <mutex>

namespace millrace::base {

// Every byte is given out once. Not for keys: they would lie in memory before they are needed.
class BufferedRandom final : public Random {
 public:
  explicit BufferedRandom(Random& source) : source_(source) {}
  void fill(void* out, std::size_t size) override;

 private:
  Random& source_;
  std::mutex mutex_;
  std::array<char, 1024> bytes_;       // guarded by mutex_
  std::size_t used_ = sizeof(bytes_);  // guarded by mutex_
};

}  // namespace millrace::base
