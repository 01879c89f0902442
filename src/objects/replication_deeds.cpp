#include "objects/replication_deeds.hpp"

#include "objects/engine.hpp"

namespace millrace::objects {

void look_at_waiting_copies(ObjectStore& objects, const WaitingCopies& tell) {
  static_cast<Engine&>(objects).look_at_waiting_copies(tell);
}

std::string replication_failure(ObjectStore& objects, const ObjectName& name) {
  return static_cast<Engine&>(objects).replication_failure(name);
}

}  // namespace millrace::objects
