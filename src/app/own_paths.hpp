// What is not AWS lives under /_millrace/, a name that no bucket can have.
#pragma once

#include "http/server.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace millrace::app {

// A number that the server counts.
struct Count {
  std::string name;
  std::uint64_t value = 0;
  bool only_grows = true;
};

// What the server says of itself to whoever asks.
struct OwnState {
  std::uint64_t damaged = 0;  // blobs that are known to be
  std::vector<Count> counts;
};

// Answers a request below /_millrace/; false for any other, which is left untouched.
[[nodiscard]] bool answer_own_path(http::Exchange& exchange,
                                   const std::function<OwnState()>& state);

}  // namespace millrace::app
