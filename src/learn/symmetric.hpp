// Eigenvalues and eigenvectors of symmetric matrices, by Eigen.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace millrace::learn {

struct Eigenvectors {
  std::vector<double> values;   // ascending
  std::vector<double> vectors;  // one after another, each of length 1, in the order of the values
};

// `matrix` has size times size numbers, of which those on the diagonal and to the right of it (row
// by row) are read. Throws AlgorithmError when a number is not finite.
[[nodiscard]] Eigenvectors eigenvectors(std::span<const double> matrix, std::size_t size);

}  // namespace millrace::learn
