// Predictions as the bytes of an answer.
#pragma once

#include "learn/model.hpp"

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::infer {

enum class Encoding { csv, json, jsonlines, recordio };

struct AcceptError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Empty and */* are what the container answers unasked: the toolkit's in CSV, AWS's own algorithms
// in JSON. Throws AcceptError for what is not known.
[[nodiscard]] Encoding parse_accept(std::string_view accept, learn::Container container);
// Whether it has the parameter `verbose=true`, in any case.
[[nodiscard]] bool asks_for_verbose(std::string_view accept);
[[nodiscard]] std::string_view media_type(Encoding encoding);

// What the model's answer holds, the rows' numbers one after another. CSV: a line a row; JSON:
// {"predictions": [{"score": ...}]}; JSON Lines: {"score": ...}.
[[nodiscard]] std::string encode(Encoding encoding, std::span<const float> numbers,
                                 const learn::Model& model);

}  // namespace millrace::infer
