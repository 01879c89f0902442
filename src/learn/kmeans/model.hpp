// A trained clustering: the centers, and for each row the nearest one and how far away it is.
#pragma once

#include "learn/model.hpp"
#include "learn/nearest.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace millrace::learn::kmeans {

// One array without a name, a row for each center; throws AlgorithmError.
void save_centers(const std::filesystem::path& folder, const std::vector<float>& centers,
                  std::size_t columns);

// Throws ModelError.
[[nodiscard]] std::unique_ptr<Model> load_model(const std::filesystem::path& folder);

}  // namespace millrace::learn::kmeans
