// GET /_millrace/health: how CI and `millrace wait` learn that the server is there.
#pragma once

#include <cstdint>

namespace millrace::app {

// Asks 127.0.0.1:port once.
[[nodiscard]] bool answers_health(std::uint16_t port);

}  // namespace millrace::app
