// A LightGBM model, loaded for prediction without the library.
#pragma once

#include "learn/model.hpp"

#include <filesystem>
#include <memory>
#include <string_view>

namespace millrace::learn::lightgbm {

// Both throw ModelError.
[[nodiscard]] std::unique_ptr<Model> parse_model(std::string_view text);
[[nodiscard]] std::unique_ptr<Model> load_model(const std::filesystem::path& folder);

}  // namespace millrace::learn::lightgbm
