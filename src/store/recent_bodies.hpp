// Small bodies that were read of late, so that a hot one costs no read and is compared with its sum
// once.
#pragma once

#include "store/blob_format.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

namespace millrace::store {

// By place: no other body ever lies there, so none is out of date. Safe from any thread.
class RecentBodies {
 public:
  static constexpr std::size_t recent_bodies_limit = 4 * 1024 * 1024;  // bytes

  // An entry, header and body; shared as a reader goes on with it when it is dropped here.
  using Entry = std::shared_ptr<const std::string>;

  // None of a body that was not read of late.
  [[nodiscard]] Entry find(const SmallPlace& place);
  void keep(const SmallPlace& place, Entry entry);

 private:
  using Entries = std::unordered_map<std::uint64_t, Entry>;
  [[nodiscard]] static std::uint64_t key_of(const SmallPlace& place);
  void keep_young(std::uint64_t key, Entry entry);

  std::mutex mutex_;
  // Guarded by mutex_. When the young ones fill half the limit, the old ones go and they are old.
  Entries young_;
  Entries old_;
  std::size_t young_bytes_ = 0;
};

}  // namespace millrace::store
