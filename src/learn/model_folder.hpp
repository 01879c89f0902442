// The one file in which AWS's own algorithms leave their model.
#pragma once

#include "learn/arrays.hpp"

#include <filesystem>
#include <vector>

namespace millrace::learn {

// folder/model_algo-1. Throws AlgorithmError.
void save_arrays(const std::filesystem::path& folder, const std::vector<Array>& arrays);

// Throws ModelError.
[[nodiscard]] std::vector<Array> load_arrays(const std::filesystem::path& folder);

}  // namespace millrace::learn
