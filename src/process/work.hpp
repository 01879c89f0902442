// Starting the work itself: the walls around it, and what it may see.
#pragma once

#include "process/descriptor.hpp"
#include "process/spec.hpp"

#include <sys/types.h>

#include <string>

namespace millrace::process {

struct Work {
  pid_t id = -1;      // also its process group's
  Descriptor output;  // what it prints, standard output and error together; not blocking
};

// Throws base::FileError when the program cannot be run. The work is killed when the calling
// thread's process dies.
[[nodiscard]] Work start_work(const Spec& spec, const std::string& folder);

}  // namespace millrace::process
