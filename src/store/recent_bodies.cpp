// Two generations: what is asked for again while it is old is young again.
#include "store/recent_bodies.hpp"

#include <utility>

namespace millrace::store {

std::uint64_t RecentBodies::key_of(const SmallPlace& place) {
  constexpr int offset_bits = 32;  // a segment ends long before
  return std::uint64_t{place.segment} << offset_bits | place.offset;
}

RecentBodies::Entry RecentBodies::find(const SmallPlace& place) {
  const std::uint64_t key = key_of(place);
  const std::lock_guard lock(mutex_);
  if (const auto young = young_.find(key); young != young_.end()) return young->second;
  auto old = old_.extract(key);
  if (old.empty()) return nullptr;
  keep_young(key, old.mapped());
  return std::move(old.mapped());
}

void RecentBodies::keep(const SmallPlace& place, Entry entry) {
  const std::lock_guard lock(mutex_);
  keep_young(key_of(place), std::move(entry));
}

void RecentBodies::keep_young(std::uint64_t key, Entry entry) {
  const std::size_t size = entry->size();
  if (young_bytes_ + size > recent_bodies_limit / 2) {
    old_ = std::exchange(young_, {});
    young_bytes_ = 0;
  }
  if (young_.insert_or_assign(key, std::move(entry)).second) young_bytes_ += size;
}

}  // namespace millrace::store
