// The Python program that the child runs: trainer.py, taken into this program when it is built.
#pragma once

#include <string_view>

namespace millrace::learn::catboost {

[[nodiscard]] std::string_view trainer_program();

}  // namespace millrace::learn::catboost
