// Moving the hands of the virtual and the manual clock.
#include "base/virtual_clock.hpp"

#include "base/assert.hpp"

namespace millrace::base {

void VirtualClock::advance(Milliseconds by) {
  MILLRACE_ASSERT(by.count() >= 0);
  offset_ += by.count();
}

void ManualClock::advance(Milliseconds by) {
  MILLRACE_ASSERT(by.count() >= 0);
  passed_ += by.count();
}

}  // namespace millrace::base
