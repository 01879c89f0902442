// The program's commands and flags, and what each of them calls.
#pragma once

namespace millrace::app {

// Returns the exit code: 0 well, 1 failed with a line that says why, 2 misused.
[[nodiscard]] int run(int argument_count, char** arguments);

}  // namespace millrace::app
