// Where a request without an operation aims: bucket and key from its host and path alone.
#pragma once

#include "http/message.hpp"

#include <optional>
#include <string>

namespace millrace::service::s3 {

struct Place {
  std::string bucket;  // empty where none is named
  std::string key;     // decoded; empty for the bucket itself
};

// None where the path cannot be decoded.
[[nodiscard]] std::optional<Place> place_of(const http::Request& head);

}  // namespace millrace::service::s3
