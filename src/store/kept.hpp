// What was read of the database, kept as long as it is surely what is durable: what is hot then
// costs no query.
#pragma once

#include "store/stamps.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace millrace::store {

// By name. Safe from any thread.
template <class Value>
class Kept {
 public:
  explicit Kept(const Stamps& stamps) : stamps_(stamps) {}

  // The value kept, else what `read` finds now (an optional); null where there is none.
  template <class Read>
  [[nodiscard]] std::shared_ptr<const Value> get(std::string_view name, const Read& read) {
    const auto stamp = stamps_.of(name);
    if (stamp) {
      if (auto found = find(name, *stamp)) return found;
    }
    auto fresh = read();
    if (!fresh) return nullptr;
    auto shared = std::make_shared<const Value>(*std::move(fresh));
    if (stamp) keep(name, *stamp, shared);
    return shared;
  }

 private:
  static constexpr std::size_t limit = 1024;
  struct Entry {
    Stamps::Stamp stamp;
    std::shared_ptr<const Value> value;  // shared: a reader goes on with it when it is dropped here
  };
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  [[nodiscard]] std::shared_ptr<const Value> find(std::string_view name, Stamps::Stamp stamp) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(name);
    if (found == entries_.end() || found->second.stamp != stamp) return nullptr;
    return found->second.value;
  }

  void keep(std::string_view name, Stamps::Stamp stamp, std::shared_ptr<const Value> value) {
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= limit) entries_.clear();
    entries_.insert_or_assign(std::string(name), Entry{stamp, std::move(value)});
  }

  const Stamps& stamps_;
  std::mutex mutex_;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> entries_;  // guarded by mutex_
};

}  // namespace millrace::store
