// How often the objects of analysed buckets are read, and how much of them: counted in memory, by
// configuration, class and age, until an export has told it.
#pragma once

#include "base/log.hpp"
#include "base/time.hpp"
#include "identity/authority.hpp"
#include "objects/object_store.hpp"
#include "reports/analysis.hpp"

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::reports {

// Where a configuration's are written down.
[[nodiscard]] objects::SettingName kept_readings_of(objects::SettingName configuration);

class Readings {
 public:
  // Both outlive it.
  Readings(objects::ObjectStore& objects, identity::Authority& authority)
      : objects_(objects), authority_(authority) {}
  Readings(const Readings&) = delete;
  Readings& operator=(const Readings&) = delete;

  // Takes up all buckets that are analysed, with what the last server had written down.
  void start();
  // The bucket's configurations are others now.
  void look_at(const std::string& bucket);
  // Any thread. Costs next to nothing where the bucket is not analysed.
  void note(const objects::ObjectInfo& object, std::uint64_t bytes, base::Timestamp now);

  [[nodiscard]] ReadTally tally(const std::string& bucket, const std::string& id);
  // An export has this, and the next one begins without.
  void told(const std::string& bucket, const std::string& id, const ReadTally& tally);
  // Writes down what was counted since the last time. What a server that is killed had not written
  // down is forgotten.
  void keep();

 private:
  struct Counted {
    objects::LifecycleFilter filter;
    ReadTally tally;
    bool is_new = false;  // something of it is not written down
  };
  using Configurations = std::map<std::string, Counted, std::less<>>;  // by id

  [[nodiscard]] identity::Permit permit(const objects::Bucket& bucket);
  [[nodiscard]] Configurations configurations_of(const objects::Bucket& bucket);

  objects::ObjectStore& objects_;
  identity::Authority& authority_;
  std::atomic<bool> is_active_ = false;  // some bucket was ever analysed
  std::mutex looking_;                   // one look at configurations at a time
  std::mutex mutex_;
  std::map<std::string, Configurations, std::less<>> buckets_;  // guarded by mutex_
};

}  // namespace millrace::reports
