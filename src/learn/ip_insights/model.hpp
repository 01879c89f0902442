// A trained network: an entity and an address become the product of their vectors.
#pragma once

#include "learn/arrays.hpp"
#include "learn/ip_insights/network.hpp"
#include "learn/model.hpp"

#include <filesystem>
#include <memory>
#include <vector>

namespace millrace::learn::ip_insights {

// `entities` (slots x dimensions), `octets` (4 * 256 x dimensions), and for each layer l `weight_l`
// (dimensions x dimensions, a row for each input) and `bias_l` (dimensions).
[[nodiscard]] std::vector<Array> to_arrays(const Network& network);

// Throws ModelError.
[[nodiscard]] Network from_arrays(std::vector<Array> arrays);

// Throws AlgorithmError.
void save_network(const std::filesystem::path& folder, const Network& network);

// Throws ModelError.
[[nodiscard]] std::unique_ptr<Model> load_model(const std::filesystem::path& folder);

}  // namespace millrace::learn::ip_insights
