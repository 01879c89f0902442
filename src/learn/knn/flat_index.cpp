#include "learn/knn/flat_index.hpp"

#include "learn/knn/candidates.hpp"

#include <algorithm>
#include <vector>

namespace millrace::learn::knn {
namespace {

// Rows that are compared with the points at a time, a multiple of every kernel's; points that stay
// in the second cache while they pass by, a multiple of every kernel's group; rows that stay in the
// first.
constexpr std::size_t batch_rows = 240;
constexpr std::size_t chunk_points = 1024;
constexpr std::size_t group_rows = 48;

}  // namespace

void FlatIndex::search(const Rows& rows, std::size_t k, std::span<Neighbor> out) const {
  const std::size_t width = columns();
  for (std::size_t first = 0; first < rows.count; first += batch_rows) {
    const Rows part = rows.part(first, std::min(batch_rows, rows.count - first));
    std::vector<float> values(part.values.begin(), part.values.end());
    for (std::size_t row = 0; row < part.count; ++row)
      points_.prepare(std::span(values).subspan(row * width, width), first + row);
    Candidates candidates(part.count, std::min(kept_points(k), size()), chunk_points);
    scan({values, part.count, width}, candidates);
    for (std::size_t row = 0; row < part.count; ++row) {
      const auto found = candidates.closest(row);
      points_.measure(values.data() + row * width, found);
      for (std::size_t i = 0; i < k; ++i)
        out[(first + row) * k + i] = {found[i].score, found[i].point};
    }
  }
}

void FlatIndex::scan(const Rows& rows, Candidates& candidates) const {
  for (std::size_t point = 0, stop = 0; point < size(); point = stop) {
    stop = std::min(next_stop(point, point, chunk_points), size());
    for (std::size_t row = 0; row < rows.count; row += group_rows) {
      points_.find_closer(point, stop,
                          {.rows = rows.row(row).data(),
                           .count = std::min(group_rows, rows.count - row),
                           .limits = candidates.limits(row),
                           .ends = candidates.ends(row),
                           .first = 0});
    }
    for (std::size_t row = 0; row < rows.count; ++row) candidates.prune(row);
  }
}

}  // namespace millrace::learn::knn
