// Trained components: rows become their coordinates along them.
#pragma once

#include "learn/model.hpp"
#include "learn/pca/components.hpp"

#include <filesystem>
#include <memory>

namespace millrace::learn::pca {

// The arrays `mean` (1 x features), `s` (components) and `v` (features x components), as AWS's
// algorithm names them. Throws AlgorithmError.
void save_components(const std::filesystem::path& folder, const Components& components);

// Throws ModelError.
[[nodiscard]] std::unique_ptr<Model> load_model(const std::filesystem::path& folder);

// (row - mean) times the vectors: as many numbers as there are components.
void project(const Components& components, std::span<const float> row, std::span<float> out);

}  // namespace millrace::learn::pca
