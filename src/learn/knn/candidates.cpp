#include "learn/knn/candidates.hpp"

#include <algorithm>
#include <limits>

namespace millrace::learn::knn {

namespace {

// A type of its own, so that it is compiled into what sorts with it.
constexpr auto nearer = [](const ScoredPoint& a, const ScoredPoint& b) { return is_closer(a, b); };

}  // namespace

// The kernels write one place further than what they keep.
Candidates::Candidates(std::size_t rows, std::size_t keep, std::size_t most_added)
    : keep_(keep),
      room_(2 * keep + most_added + 1),
      found_(std::make_unique_for_overwrite<ScoredPoint[]>(rows * room_)),
      limits_(rows, std::numeric_limits<float>::infinity()),
      ends_(rows) {
  for (std::size_t row = 0; row < rows; ++row) ends_[row] = begin(row);
}

void Candidates::prune(std::size_t row) {
  ScoredPoint* const first = begin(row);
  if (static_cast<std::size_t>(ends_[row] - first) < 2 * keep_) return;
  std::nth_element(first, first + keep_ - 1, ends_[row], nearer);
  ends_[row] = first + keep_;
  limits_[row] = first[keep_ - 1].score;
}

std::span<ScoredPoint> Candidates::closest(std::size_t row) {
  ScoredPoint* const first = begin(row);
  const auto found = static_cast<std::size_t>(ends_[row] - first);
  if (found <= keep_) return {first, found};
  std::nth_element(first, first + keep_ - 1, ends_[row], nearer);
  return {first, keep_};
}

}  // namespace millrace::learn::knn
