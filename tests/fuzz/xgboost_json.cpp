// Models as XGBoost writes them now, JSON and UBJSON.
#include "model.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  if (input.starts_with('{')) load_and_predict(input);
}

}  // namespace millrace::fuzz
