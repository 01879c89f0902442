// Listening sockets: an address bound, and its connections accepted and dealt to the loop that has
// the fewest.
#pragma once

#include "http/loop.hpp"

#include <span>
#include <string>

namespace millrace::http {

// Binds and listens; returns the descriptor. Throws std::system_error that names address and port.
[[nodiscard]] int listen_on(const std::string& address, std::uint16_t port);
[[nodiscard]] std::uint16_t port_of(int descriptor);

// Lives on its loop, the first of `loops`.
class Listener final : private Waiter {
 public:
  Listener(std::span<const std::shared_ptr<Loop>> loops, int descriptor);
  // On the loop only.
  void begin() { watch_.wait_readable(); }
  void close() { watch_.close(); }

 private:
  void readable() override { accept_all(); }
  void writable() override {}
  void accept_all();
  [[nodiscard]] bool accept_one();
  void out_of_descriptors();

  std::span<const std::shared_ptr<Loop>> loops_;
  Loop& loop_;
  Core& core_;
  Watch watch_;
};

}  // namespace millrace::http
