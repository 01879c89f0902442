// `millrace predict --contributions` and `--importance`: why a model answers what it answers.
#pragma once

#include "learn/algorithm.hpp"

#include <memory>
#include <string>

namespace millrace::work::hand {

// The algorithm's explainer of the model in the folder; throws UsageError where it has none.
[[nodiscard]] std::unique_ptr<learn::Explainer> load_explainer(
    const learn::Algorithm& algorithm, const std::filesystem::path& model_folder);

// A model whose predictions are the explainer's contributions, so that they are answered in the
// same formats. The explainer outlives it.
[[nodiscard]] std::unique_ptr<learn::Model> contributions_of(const learn::Explainer& explainer);

// CSV with a line of names: each column's splits, and gain and cover of all of them and of one in
// the mean.
[[nodiscard]] std::string importance_page(const learn::Explainer& explainer);

}  // namespace millrace::work::hand
