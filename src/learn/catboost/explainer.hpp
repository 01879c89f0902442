// Why a CatBoost model answers what it answers: each column's part in a prediction, as CatBoost's
// package shares it out.
#pragma once

#include "learn/catboost/stored_model.hpp"
#include "learn/model.hpp"

#include <filesystem>
#include <memory>
#include <string_view>

namespace millrace::learn::catboost {

// Throw ModelError, also where trees were stored without the weights of their leaves, or a leaf
// that no training row came to has a value.
[[nodiscard]] std::unique_ptr<Explainer> load_explainer(const std::filesystem::path& folder);
[[nodiscard]] std::unique_ptr<Explainer> parse_explainer(std::string_view bytes);
[[nodiscard]] std::unique_ptr<Explainer> make_explainer(const StoredModel& model);

}  // namespace millrace::learn::catboost
