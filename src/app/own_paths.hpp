// What is not AWS lives under /_millrace/, a name that no bucket can have.
#pragma once

#include "http/server.hpp"

namespace millrace::app {

// Answers a request below /_millrace/; false for any other, which is left untouched.
[[nodiscard]] bool answer_own_path(http::Exchange& exchange);

}  // namespace millrace::app
