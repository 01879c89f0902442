#include "objects/lifecycle_deeds.hpp"

#include "objects/engine.hpp"

namespace millrace::objects {

void hear_lifecycles(ObjectStore& objects, HearDeed hear) {
  static_cast<Engine&>(objects).hear_lifecycles(std::move(hear));
}

}  // namespace millrace::objects
