// The server's thread that makes durable when keys, users and roles were last used.
#pragma once

#include "base/log.hpp"
#include "base/time.hpp"
#include "identity/uses.hpp"

#include <thread>

namespace millrace::app {

class UseWriter {
 public:
  UseWriter(identity::Uses& uses, base::Clock& clock, base::Log& log)
      : uses_(uses), clock_(clock), log_(log) {}

  void start();
  // Writes what is left.
  void stop();

 private:
  void work(const std::stop_token& stop);
  void write();

  identity::Uses& uses_;
  base::Clock& clock_;
  base::Log& log_;
  std::jthread thread_;  // the last member: it uses the others
};

}  // namespace millrace::app
