#include "store/unchecked_reads.hpp"

#include <functional>

namespace millrace::store {

void UncheckedReads::note(const BlobId& id) {
  {
    const std::lock_guard guard(mutex_);
    const std::uint64_t mark = mark_of(id);
    if (seen_.contains(mark) || waiting_.size() >= room) return;
    remember(mark, false);
    waiting_.push_back(id);
  }
  comes_.notify_one();
}

void UncheckedReads::found_whole(const BlobId& id) {
  const std::lock_guard guard(mutex_);
  remember(mark_of(id), true);
}

void UncheckedReads::doubt(const BlobId& id) {
  {
    const std::lock_guard guard(mutex_);
    seen_.erase(mark_of(id));
    if (waiting_.size() >= room) return;
    waiting_.push_back(id);
  }
  comes_.notify_one();
}

bool UncheckedReads::is_known_whole(const BlobId& id) {
  const std::lock_guard guard(mutex_);
  const auto found = seen_.find(mark_of(id));
  return found != seen_.end() && found->second;
}

std::optional<BlobId> UncheckedReads::take() {
  const std::lock_guard guard(mutex_);
  if (waiting_.empty()) return std::nullopt;
  BlobId id = std::move(waiting_.front());
  waiting_.pop_front();
  return id;
}

void UncheckedReads::await(const std::stop_token& stop, std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  comes_.wait_for(lock, stop, time, [&] { return !waiting_.empty(); });
}

std::uint64_t UncheckedReads::mark_of(const BlobId& id) {
  return std::hash<std::string>{}(id.text);
}

void UncheckedReads::remember(std::uint64_t mark, bool is_whole) {
  if (seen_.size() >= remembered) seen_.clear();
  seen_.insert_or_assign(mark, is_whole);
}

}  // namespace millrace::store
