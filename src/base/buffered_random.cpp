#include "base/buffered_random.hpp"

#include <cstring>

namespace millrace::base {

void BufferedRandom::fill(void* out, std::size_t size) {
  if (size > bytes_.size()) return source_.fill(out, size);
  const std::lock_guard lock(mutex_);
  if (used_ + size > bytes_.size()) {
    source_.fill(bytes_.data(), bytes_.size());
    used_ = 0;
  }
  std::memcpy(out, bytes_.data() + used_, size);
  used_ += size;
}

}  // namespace millrace::base
