// Regions and slots of the shared index.
#include "store/wal_index.hpp"

#include <atomic>

namespace millrace::store {

volatile void* WalIndex::region(Member& member, int number, int size, bool extend) {
  const std::lock_guard guard(mutex_);
  if (!member.joined) {
    member.joined = true;
    ++members_;
  }
  const auto place = static_cast<std::size_t>(number);
  if (place >= regions_.size() && !extend) return nullptr;
  while (place >= regions_.size()) {
    regions_.push_back(std::make_unique<char[]>(static_cast<std::size_t>(size)));
  }
  return regions_[place].get();
}

int WalIndex::lock(Member& member, int first, int count, int flags) {
  const unsigned mask = ((1U << count) - 1U) << first;
  const std::lock_guard guard(mutex_);
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    unlock(member, mask);
    return SQLITE_OK;
  }
  const bool is_shared = (flags & SQLITE_SHM_SHARED) != 0;
  if (((is_shared ? member.shared : member.exclusive) & mask) == mask) return SQLITE_OK;
  const auto begin = holders_.begin() + first;
  for (auto slot = begin; slot != begin + count; ++slot) {
    if (is_shared ? *slot == alone : *slot != 0) return SQLITE_BUSY;
  }
  for (auto slot = begin; slot != begin + count; ++slot) *slot = is_shared ? *slot + 1 : alone;
  (is_shared ? member.shared : member.exclusive) |= mask;
  return SQLITE_OK;
}

void WalIndex::unlock(Member& member, unsigned mask) {
  for (std::size_t n = 0; n < holders_.size(); ++n) {
    const unsigned bit = 1U << n & mask;
    if ((member.exclusive & bit) != 0) holders_[n] = 0;
    if ((member.shared & bit) != 0) --holders_[n];
  }
  member.exclusive &= ~mask;
  member.shared &= ~mask;
}

void WalIndex::barrier() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  const std::lock_guard guard(mutex_);
}

void WalIndex::leave(Member& member) {
  const std::lock_guard guard(mutex_);
  if (!member.joined) return;
  unlock(member, ~0U);
  member.joined = false;
  if (--members_ == 0) regions_.clear();
}

}  // namespace millrace::store
