// What works of the server's own need of the object store beyond what calls do.
#pragma once

#include "objects/object_store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace millrace::objects {

// Writes down which objects were read whose class asks for that: else it is done once a day, and
// when the store is closed.
void keep_accesses(ObjectStore& objects);
// Archives what intelligent tiering has due by now, and says of each bucket how much.
[[nodiscard]] std::vector<std::string> run_tiering(ObjectStore& objects);
// The names of the buckets that have a setting of the kind.
[[nodiscard]] std::vector<std::string> buckets_with(ObjectStore& objects, std::string_view kind);

}  // namespace millrace::objects
