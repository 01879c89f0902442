// What a search has found so far: for each of some rows the points that may be among its nearest.
#pragma once

#include "learn/kernels/kernels.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace millrace::learn::knn {

// By score; of equal ones the point with the smaller number.
[[nodiscard]] inline bool is_closer(const ScoredPoint& a, const ScoredPoint& b) {
  return a.score < b.score || (a.score == b.score && a.point < b.point);
}

// Where to stop and prune before going on from `point`: soon at first, as nothing limits yet what
// is kept. `done` points were looked at before.
[[nodiscard]] inline std::size_t next_stop(std::size_t point, std::size_t done, std::size_t most) {
  constexpr std::size_t group = 32;  // a multiple of every kernel's
  constexpr std::size_t least = 64;
  return (point + std::clamp(done, least, most)) / group * group;
}

class Candidates {
 public:
  // At least `keep` points a row are kept; between two prunings `most_added` may come.
  Candidates(std::size_t rows, std::size_t keep, std::size_t most_added);

  // What a score must lie below to matter; where the next point that has such a score goes.
  [[nodiscard]] float* limits(std::size_t row) { return limits_.data() + row; }
  [[nodiscard]] ScoredPoint** ends(std::size_t row) { return ends_.data() + row; }

  // Forgets all but the closest points of a row once there are twice as many.
  void prune(std::size_t row);

  // The closest points of a row, `keep` where there are as many, in no order.
  [[nodiscard]] std::span<ScoredPoint> closest(std::size_t row);

 private:
  [[nodiscard]] ScoredPoint* begin(std::size_t row) { return found_.get() + row * room_; }

  std::size_t keep_;
  std::size_t room_;
  std::unique_ptr<ScoredPoint[]> found_;
  std::vector<float> limits_;
  std::vector<ScoredPoint*> ends_;
};

}  // namespace millrace::learn::knn
