// A trained machine in its files, and answering.
#pragma once

#include "learn/factorization_machines/machine.hpp"
#include "learn/model.hpp"

#include <filesystem>
#include <memory>

namespace millrace::learn::factorization_machines {

// model_algo-1: the arrays w0_weight (1), w1_weight (features x 1) and v (features x factors), as
// AWS's algorithm names them; model_algo-1.json: the predictor type. Throws AlgorithmError.
void save(const std::filesystem::path& folder, const Machine& machine, Predictor predictor);

// Throws ModelError.
[[nodiscard]] std::unique_ptr<Model> load_model(const std::filesystem::path& folder);

}  // namespace millrace::learn::factorization_machines
