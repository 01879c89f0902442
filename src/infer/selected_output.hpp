// Answers that hold what SAGEMAKER_INFERENCE_OUTPUT selects: labels, probabilities, scores.
#pragma once

#include "infer/encode.hpp"
#include "learn/model.hpp"

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace millrace::infer {

// The model's objective has nothing to select from.
struct SelectionError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// `selection` as the variable has it, "predicted_label, probabilities"; what the objective does not
// have is answered as NaN. `numbers` are predictions of an XGBoost model.
[[nodiscard]] std::string encode_selected(Encoding encoding, std::span<const float> numbers,
                                          const learn::Model& model, std::string_view selection);

}  // namespace millrace::infer
