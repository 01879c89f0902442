// A call from inside: a service asks an operation of another as a user would, as a named principal,
// under the same validation and policies; nothing travels.
#pragma once

#include "base/stream.hpp"
#include "base/value.hpp"
#include "http/message.hpp"
#include "policy/principal.hpp"

#include <string>
#include <string_view>

namespace millrace::aws {

struct Asked {
  std::string_view service;    // "s3"
  std::string_view operation;  // "CopyObject"
  base::Map input = {};        // the operation's members by the model's names
  std::string region = {};
  http::Headers headers = {};    // what operations read of a head beside their members
  base::Reader* body = nullptr;  // of an operation whose payload is a stream
};

class Caller {
 public:
  virtual ~Caller() = default;
  // What the operation answers, without a payload. Blocking. Throws Error, with the status that the
  // operation's own client would see, for every refusal.
  [[nodiscard]] virtual base::Value ask(const policy::Principal& principal, const Asked& asked) = 0;
};

}  // namespace millrace::aws
