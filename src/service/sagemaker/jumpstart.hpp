// The buckets jumpstart-cache-prod-REGION, from which AWS's SDK learns what JumpStart has: made
// from the contracts of the built-ins when they are first asked for.
#pragma once

#include "base/time.hpp"
#include "identity/authority.hpp"
#include "objects/object_store.hpp"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

namespace millrace::service::sagemaker {

// A tar.gz of files: names to bytes.
[[nodiscard]] std::string pack_files(const std::map<std::string, std::string>& files);

// What such a bucket holds: keys to bytes.
[[nodiscard]] std::map<std::string, std::string> jumpstart_objects(std::string_view region);

class JumpStart {
 public:
  JumpStart(objects::ObjectStore& objects, identity::Authority& authority, base::Clock& clock)
      : objects_(objects), authority_(authority), clock_(clock) {}

  // Has the bucket there, with what this program says of it, when its name is of one of these;
  // else does nothing. From any thread.
  void provide(std::string_view bucket);

 private:
  void fill(std::string_view bucket, const std::string& region);

  objects::ObjectStore& objects_;
  identity::Authority& authority_;
  base::Clock& clock_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> provided_;  // guarded by mutex_
};

}  // namespace millrace::service::sagemaker
