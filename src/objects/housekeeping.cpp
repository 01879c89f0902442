#include "objects/housekeeping.hpp"

#include "objects/engine.hpp"

namespace millrace::objects {

void keep_accesses(ObjectStore& objects) { static_cast<Engine&>(objects).keep_accesses(); }

std::vector<std::string> run_tiering(ObjectStore& objects) {
  return static_cast<Engine&>(objects).run_tiering();
}

std::vector<std::string> buckets_with(ObjectStore& objects, std::string_view kind) {
  return static_cast<Engine&>(objects).buckets_with(kind);
}

}  // namespace millrace::objects
