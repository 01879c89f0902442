// A trained XGBoost model: reads every format that the library and AWS's images have written, and
// predicts by a walk of its own.
#pragma once

#include "learn/model.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace millrace::learn::xgboost {

// The model in the folder's one file, whatever its name, or the ensemble of the models in several.
// Throws ModelError.
[[nodiscard]] std::unique_ptr<Model> load_model(const std::filesystem::path& folder);

// JSON, UBJSON or the binary format of the releases before 3.1, told by the first bytes. Throws
// ModelError.
[[nodiscard]] std::unique_ptr<Model> parse_model(std::string_view bytes);

}  // namespace millrace::learn::xgboost
