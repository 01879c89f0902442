// The operator's socket, DATA/control.sock: what operators and tests reach inside for, never on the
// public port.
#pragma once

#include "base/value.hpp"
#include "http/local_server.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

namespace millrace::app {

// What the operator asked cannot be done; the text is for the operator.
struct ControlError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// By name: from the arguments to the answer; a ControlError is a refusal.
using ControlActions =
    std::map<std::string, std::function<base::Value(const base::Value& arguments)>>;

class Control {
 public:
  Control(const std::string& data, ControlActions actions);
  ~Control();
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

 private:
  http::Reply answer(const http::Request& request, const std::string& body) const;

  const ControlActions actions_;
  std::unique_ptr<http::LocalServer> server_;
  std::jthread thread_;
};

// Asks the server of a data folder; throws ControlError with its refusal, or when none is running.
[[nodiscard]] base::Value control_call(
    const std::string& data, const std::string& action, const base::Value& arguments,
    std::chrono::milliseconds patience = std::chrono::minutes(1));

}  // namespace millrace::app
