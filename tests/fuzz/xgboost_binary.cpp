// Models as XGBoost wrote them before release 3.1, without names or lengths to hold on to.
#include "model.hpp"

namespace millrace::fuzz {

void run(std::string_view input) {
  if (!input.starts_with('{')) load_and_predict(input);
}

}  // namespace millrace::fuzz
