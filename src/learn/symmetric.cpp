#include "learn/symmetric.hpp"

#include "learn/algorithm.hpp"

#include <Eigen/Eigenvalues>

namespace millrace::learn {

Eigenvectors eigenvectors(std::span<const double> matrix, std::size_t size) {
  const auto rows = static_cast<Eigen::Index>(size);
  // Eigen's matrices lie column by column and it reads the lower half: ours, row by row, the upper.
  const Eigen::Map<const Eigen::MatrixXd> lower(matrix.data(), rows, rows);
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(lower);
  if (solver.info() != Eigen::Success)
    throw AlgorithmError("the eigenvalues of the data's covariance could not be found");
  const double* const vectors = solver.eigenvectors().data();
  return {.values = {solver.eigenvalues().data(), solver.eigenvalues().data() + rows},
          .vectors = {vectors, vectors + rows * rows}};
}

}  // namespace millrace::learn
