// Names by which a request's head calls what has another name: put right before anything is asked.
#pragma once

#include "aws/call.hpp"

#include <string_view>

namespace millrace::aws {

// Sees what the head of a request for one of its service's built operations says. May throw what
// refuses the request. On the loop.
using Resolve = void (*)(void* service, Call& call, base::Value& input);

// What a built service has of it.
struct ResolveEntry {
  std::string_view model;
  void* service = nullptr;
  Resolve resolve = nullptr;
};

}  // namespace millrace::aws
