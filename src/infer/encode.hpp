// Predictions as the bytes of an answer.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::infer {

enum class Encoding { csv, json, jsonlines, recordio };

struct AcceptError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Empty and */* are CSV; throws AcceptError for what is not known.
[[nodiscard]] Encoding parse_accept(std::string_view accept);
[[nodiscard]] std::string_view media_type(Encoding encoding);

// `width` numbers are a row. CSV: a line a row; JSON: {"predictions": [{"score": ...}]}; JSON
// Lines: {"score": ...}.
[[nodiscard]] std::string encode(Encoding encoding, std::span<const float> numbers,
                                 std::size_t width);

}  // namespace millrace::infer
