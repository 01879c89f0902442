// Rows of features from a request's body.
#pragma once

#include "learn/contract.hpp"
#include "table/matrix.hpp"

#include <stdexcept>
#include <string_view>

namespace millrace::infer {

// The content type is not known, or the body is not of it; in the container's words.
struct DecodeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// CSV, libsvm, RecordIO-protobuf, JSON ({"instances": [{"features": [...]}]}) and JSON Lines
// ({"features": [...]}). AWS's own algorithms do not mind what stands behind a content type, such
// as `label_size=0`.
[[nodiscard]] table::Matrix decode(std::string_view content_type, std::string_view body,
                                   learn::Container container);

}  // namespace millrace::infer
