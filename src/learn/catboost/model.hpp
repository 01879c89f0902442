// A trained CatBoost model: reads what CatBoost's package has written, and predicts by a walk of
// its own.
#pragma once

#include "learn/model.hpp"

#include <filesystem>
#include <memory>
#include <string_view>

namespace millrace::learn::catboost {

// `model`, else `model.cbm`, else the folder's one file. Throws ModelError.
[[nodiscard]] std::unique_ptr<Model> load_model(const std::filesystem::path& folder);

// The bytes of a file .cbm. Throws ModelError.
[[nodiscard]] std::unique_ptr<Model> parse_model(std::string_view bytes);

}  // namespace millrace::learn::catboost
