// Answers as AWS's JumpStart containers for tables give them.
#pragma once

#include "learn/model.hpp"

#include <string>
#include <string_view>

namespace millrace::infer {

// The containers read CSV only. Throws DecodeError.
void check_tabular_type(std::string_view content_type);

// {"probabilities": [[0.25, 0.75]]} of a classifier, {"prediction": [0.5]} of a regressor; with
// `Accept: application/json;verbose` a classifier also has "labels" and "predicted_label". Throws
// AcceptError and learn::PredictionError.
[[nodiscard]] std::string answer_tabular(const learn::TabularModel& model,
                                         const table::Matrix& rows, std::string_view accept);

}  // namespace millrace::infer
