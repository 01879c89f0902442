// What the roster's own files share: an account in memory, and the check of its quotas.
#pragma once

#include "identity/errors.hpp"
#include "identity/roster.hpp"

#include <optional>

namespace millrace::identity {

// Policies put together for decisions. Guarded by itself; who clears it holds the contents.
class Standings {
 public:
  // Null, and not kept, where `put_together` gives null.
  [[nodiscard]] std::shared_ptr<const policy::Standing> get(
      std::string_view id,
      const std::function<std::shared_ptr<const policy::Standing>()>& put_together) {
    {
      const std::shared_lock lock(mutex_);
      const auto known = kept_.find(id);
      if (known != kept_.end()) return known->second;
    }
    auto made = put_together();
    if (!made) return nullptr;
    const std::unique_lock lock(mutex_);
    kept_[std::string(id)] = made;
    return made;
  }
  void clear() {
    const std::unique_lock lock(mutex_);
    kept_.clear();
  }

 private:
  std::shared_mutex mutex_;
  // By the id of the user or role; guarded by mutex_.
  std::map<std::string, std::shared_ptr<const policy::Standing>, std::less<>> kept_;
};

struct Roster::Held {
  // One change at a time: rules look at the contents that they change.
  std::mutex change_mutex;
  std::shared_mutex mutex;
  std::optional<Contents> contents;  // guarded by mutex; read when first asked for
  Standings standings;
};

inline void check_quota(std::size_t count, std::size_t limit, std::string_view quota) {
  if (count < limit) return;
  throw LimitExceeded("Cannot exceed quota for " + std::string(quota) + ": " +
                      std::to_string(limit));
}

}  // namespace millrace::identity
