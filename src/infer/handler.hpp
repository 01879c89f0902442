// The three routes that SageMaker calls on a model server.
#pragma once

#include "http/local_server.hpp"
#include "learn/model.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace millrace::infer {

struct HandlerOptions {
  int threads = 1;
  std::function<void(std::string_view line)> log;  // what a request that failed was told
  std::string selection = {};                      // of every answer: see Question
};

// `model` must outlive the handler.
[[nodiscard]] http::LocalHandler make_handler(const learn::Model& model, HandlerOptions options);

}  // namespace millrace::infer
