// Python's pickles of lightgbm.Booster, as joblib keeps models: written as few operations, and read
// by looking through theirs, none of which is run.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::learn::lightgbm {

// What the package's object becomes that predicts with all rounds of `model`.
[[nodiscard]] std::string write_pickle(std::string_view model);

struct PickledModel {
  std::string_view text;
  std::size_t best_rounds = 0;  // 0: none was named
};

[[nodiscard]] bool is_pickle(std::string_view bytes);

// The text lies within `bytes`. Throws ModelError where there is none.
[[nodiscard]] PickledModel read_pickle(std::string_view bytes);

}  // namespace millrace::learn::lightgbm
