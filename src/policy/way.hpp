// By which name a request came to a resource, where that name has policies of its own.
#pragma once

#include "policy/guard.hpp"

#include <memory>
#include <optional>
#include <string>

namespace millrace::policy {

struct Way {
  std::string resource;  // what the question is about under that name
  Guard guard;
};

class Ways {
 public:
  virtual ~Ways() = default;
  // What is asked must be allowed on the way too. None: the request came directly.
  [[nodiscard]] virtual std::optional<Way> way(const Question& question) = 0;
};

}  // namespace millrace::policy
