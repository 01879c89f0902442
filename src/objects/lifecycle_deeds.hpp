// What lifecycles do, told to who keeps record of it.
#pragma once

#include "objects/object_store.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace millrace::objects {

struct LifecycleDeed {
  enum class Kind { erased, hidden, moved, aborted };  // hidden behind a delete marker
  Kind kind = Kind::erased;
  std::string bucket;
  std::string key;
  std::string version = {};                          // that was named; empty: none
  std::string storage_class = {};                    // of what was moved
  std::optional<std::uint64_t> size = std::nullopt;  // none of an upload
};
using HearDeed = std::function<void(const LifecycleDeed&)>;

// Before lifecycles run. `hear` is called after each deed is durable.
void hear_lifecycles(ObjectStore& objects, HearDeed hear);

}  // namespace millrace::objects
