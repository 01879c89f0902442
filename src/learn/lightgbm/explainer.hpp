// Why a LightGBM model answers what it answers: each column's part in a prediction, and in the
// model as a whole.
#pragma once

#include "learn/model.hpp"

#include <filesystem>
#include <memory>
#include <string_view>

namespace millrace::learn::lightgbm {

// Throw ModelError, also where trees were stored without the counts of their nodes.
[[nodiscard]] std::unique_ptr<Explainer> load_explainer(const std::filesystem::path& folder);
[[nodiscard]] std::unique_ptr<Explainer> parse_explainer(std::string_view text);

}  // namespace millrace::learn::lightgbm
