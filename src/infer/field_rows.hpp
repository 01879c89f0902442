// Rows whose columns are texts, from a request's body.
#pragma once

#include "infer/decode.hpp"
#include "learn/model.hpp"

namespace millrace::infer {

// CSV, JSON ({"instances": [{"features": ["a", "b"]}]}) and JSON Lines. Throws DecodeError for what
// is not of its type, PredictionError for what the reader does not take.
[[nodiscard]] table::Matrix decode_fields(std::string_view content_type, std::string_view body,
                                          const learn::FieldReader& reader);

}  // namespace millrace::infer
