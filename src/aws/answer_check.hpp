// Our own answers against the model: an undeclared member or a missing required one is a bug and
// stops the program.
#pragma once

#include "aws/model.hpp"
#include "base/value.hpp"

#include <string_view>

namespace millrace::aws {

void check_answer(std::string_view service, const OperationShape& operation,
                  const base::Value& answer);

}  // namespace millrace::aws
