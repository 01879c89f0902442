// From a request's body to a prediction's answer, in the formats and with the words of AWS's
// built-in containers.
#pragma once

#include "learn/model.hpp"

#include <string>
#include <string_view>

namespace millrace::infer {

struct Answer {
  int status = 200;
  std::string content_type;
  std::string body;
};

struct Question {
  std::string_view content_type;  // empty: libsvm
  std::string_view accept;        // empty or */*: text/csv
  std::string_view body;
  // What of a prediction is answered, as SAGEMAKER_INFERENCE_OUTPUT has it; empty: its numbers.
  std::string_view selection = {};
};

// 204 for an empty body, 415 when it cannot be read, 400 when the model cannot take it, 406 when
// Accept is not known, 500 when the objective has nothing to select from. Safe from any thread;
// never a parallel region.
[[nodiscard]] Answer answer(const learn::Model& model, const Question& question);

}  // namespace millrace::infer
