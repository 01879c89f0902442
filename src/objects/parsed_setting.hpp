// What the documents of one kind of setting say, read once for as long as a bucket keeps its own: a
// request does not parse what was parsed for the one before.
#pragma once

#include "objects/objects.hpp"

#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace millrace::objects {

// Safe from any thread.
template <class Parsed>
class ParsedSetting {
 public:
  // What `parse` makes of the bucket's document; null where the bucket has none.
  template <class Parse>
  [[nodiscard]] std::shared_ptr<const Parsed> of(const Bucket& bucket, std::string_view kind,
                                                 const Parse& parse) {
    const std::string_view document = bucket.setting(kind);
    if (document.empty()) return nullptr;
    if (auto known = find(bucket.settings.get())) return known;
    auto parsed = std::make_shared<const Parsed>(parse(document));
    keep(bucket.settings, parsed);
    return parsed;
  }

 private:
  static constexpr std::size_t settings_kept = 128;
  struct Entry {
    std::shared_ptr<const Settings> settings;  // held, so that its address stays its own
    std::shared_ptr<const Parsed> parsed;
  };

  [[nodiscard]] std::shared_ptr<const Parsed> find(const Settings* settings) {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(settings);
    return found == entries_.end() ? nullptr : found->second.parsed;
  }

  void keep(const std::shared_ptr<const Settings>& settings, std::shared_ptr<const Parsed> parsed) {
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= settings_kept) entries_.clear();
    entries_.insert_or_assign(settings.get(), Entry{settings, std::move(parsed)});
  }

  std::mutex mutex_;
  std::unordered_map<const Settings*, Entry> entries_;  // guarded by mutex_
};

}  // namespace millrace::objects
