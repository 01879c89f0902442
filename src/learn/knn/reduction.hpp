// Fewer dimensions by a random projection, in which distances and inner products stay about what
// they were.
#pragma once

#include "learn/nearest.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::knn {

enum class ReductionKind { sign, fjlt };

struct ReductionPlan {
  ReductionKind kind = ReductionKind::sign;
  std::uint64_t seed = 0;
  std::size_t target = 0;  // dimensions
  std::size_t input = 0;

  friend bool operator==(const ReductionPlan&, const ReductionPlan&) = default;
};

// Made from the plan alone: the same on every machine.
class Reduction {
 public:
  explicit Reduction(const ReductionPlan& plan);

  [[nodiscard]] const ReductionPlan& plan() const { return plan_; }

  // `plan.target` numbers for each row. Safe from any thread.
  [[nodiscard]] std::vector<float> apply(const Rows& rows) const;

 private:
  void draw_signs();
  void draw_transform();
  void project(const Rows& rows, float* out) const;
  void transform(std::span<const float> row, std::span<float> place, float* out) const;

  ReductionPlan plan_;
  // sign: input x padded target numbers, each +-1 / sqrt(target).
  std::size_t padded_target_ = 0;
  std::vector<float> matrix_;
  // fjlt: sqrt(n / target) S H D, where D flips signs, H is Hadamard's matrix over sqrt(n), n the
  // next power of two, and S takes some coordinates (Ailon and Chazelle, 2006; Tropp, 2011).
  std::vector<float> signs_;
  std::vector<std::size_t> taken_;
};

// In place: `values` times Hadamard's matrix of its size, a power of two.
void hadamard_transform(std::span<float> values);

}  // namespace millrace::learn::knn
