// Why an XGBoost model answers what it answers: each column's part in a prediction, and in the
// model as a whole.
#pragma once

#include "learn/model.hpp"

#include <filesystem>
#include <memory>
#include <string_view>

namespace millrace::learn::xgboost {

// Of the model in the folder's one file. Throws ModelError, also where trees were stored without
// the sums of their nodes.
[[nodiscard]] std::unique_ptr<Explainer> load_explainer(const std::filesystem::path& folder);
[[nodiscard]] std::unique_ptr<Explainer> parse_explainer(std::string_view bytes);

}  // namespace millrace::learn::xgboost
