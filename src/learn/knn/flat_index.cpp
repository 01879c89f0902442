#include "learn/knn/flat_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace millrace::learn::knn {
namespace {

// Rows that are compared with the points at a time, a multiple of every kernel's; points that stay
// in the second cache while they pass by; rows that stay in the first.
constexpr std::size_t batch_rows = 240;
constexpr std::size_t chunk_points = 1024;
constexpr std::size_t group_rows = 48;

bool is_closer(const ScoredPoint& a, const ScoredPoint& b) {
  return std::pair(a.score, a.point) < std::pair(b.score, b.point);
}

// Scores are rounded: some more points are kept than are asked for, and measured exactly.
std::size_t kept_points(std::size_t k) { return k + std::max<std::size_t>(8, k / 8); }

}  // namespace

// Some rows, and for each the points that may be among its nearest.
struct FlatIndex::Batch {
  Batch(const Rows& from, std::size_t columns, std::size_t keep)
      : count(from.count),
        kept(keep),
        room(2 * keep + chunk_points + 1),
        rows(from.values.begin(), from.values.end()),
        found(count * room),
        limits(count, std::numeric_limits<float>::infinity()),
        ends(count),
        width(columns) {
    for (std::size_t row = 0; row < count; ++row) ends[row] = begin(row);
  }

  [[nodiscard]] ScoredPoint* begin(std::size_t row) { return found.data() + row * room; }
  [[nodiscard]] std::span<float> row(std::size_t number) {
    return std::span(rows).subspan(number * width, width);
  }

  // Forgets all but the closest points of a row once there are twice as many.
  void prune(std::size_t number) {
    ScoredPoint* const first = begin(number);
    if (static_cast<std::size_t>(ends[number] - first) < 2 * kept) return;
    std::nth_element(first, first + kept - 1, ends[number], is_closer);
    ends[number] = first + kept;
    limits[number] = first[kept - 1].score;
  }

  std::size_t count;
  std::size_t kept;
  std::size_t room;
  std::vector<float> rows;
  std::vector<ScoredPoint> found;
  std::vector<float> limits;
  std::vector<ScoredPoint*> ends;
  std::size_t width;
};

FlatIndex::FlatIndex(const Rows& points, Metric metric, const Kernels& kernels)
    : kernels_(kernels),
      metric_(metric),
      count_(points.count),
      columns_(points.columns),
      center_(points.columns) {
  if (metric_ == Metric::l2) find_center(points);
  pack(points);
}

void FlatIndex::find_center(const Rows& points) {
  std::vector<double> sums(columns_);
  for (std::size_t point = 0; point < count_; ++point) {
    for (std::size_t i = 0; i < columns_; ++i)
      sums[i] += static_cast<double>(points.values[point * columns_ + i]);
  }
  for (std::size_t i = 0; i < columns_; ++i)
    center_[i] = static_cast<float>(sums[i] / static_cast<double>(count_));
}

float FlatIndex::half_norm(std::span<const float> row, std::size_t number) const {
  float norm = 0;
  for (const float value : row) norm += value * value;
  // The square of two lengths together is the most that is computed.
  if (!(norm < std::numeric_limits<float>::max() / 16)) {
    throw RangeError("row " + std::to_string(number + 1) +
                     " has features too large for distances in 32-bit numbers");
  }
  return metric_ == Metric::l2 ? norm / 2 : 0;
}

void FlatIndex::pack(const Rows& points) {
  const std::size_t panel = kernels_.panel;
  const std::size_t filled = (count_ + panel - 1) / panel * panel;
  panels_.resize(filled * columns_);
  half_norms_.assign(filled, std::numeric_limits<float>::infinity());
  std::vector<float> centered(columns_);
  for (std::size_t point = 0; point < count_; ++point) {
    const auto values = points.row(point);
    for (std::size_t i = 0; i < columns_; ++i) centered[i] = values[i] - center_[i];
    half_norms_[point] = half_norm(centered, point);
    float* const place = panels_.data() + point / panel * panel * columns_ + point % panel;
    for (std::size_t i = 0; i < columns_; ++i) place[i * panel] = centered[i];
  }
}

void FlatIndex::search(const Rows& rows, std::size_t k, std::span<Neighbor> out) const {
  for (std::size_t first = 0; first < rows.count; first += batch_rows) {
    const std::size_t count = std::min(batch_rows, rows.count - first);
    Batch batch(rows.part(first, count), columns_, std::min(kept_points(k), count_));
    for (std::size_t row = 0; row < count; ++row) {
      for (std::size_t i = 0; i < columns_; ++i) batch.row(row)[i] -= center_[i];
      static_cast<void>(half_norm(batch.row(row), first + row));
    }
    scan(batch);
    for (std::size_t row = 0; row < count; ++row)
      finish(batch, row, k, out.data() + (first + row) * k);
  }
}

void FlatIndex::scan(Batch& batch) const {
  for (std::size_t point = 0; point < half_norms_.size(); point += chunk_points) {
    const PackedPoints chunk{.panels = panels_.data() + point * columns_,
                             .half_norms = half_norms_.data() + point,
                             .count = std::min(chunk_points, half_norms_.size() - point),
                             .columns = columns_};
    for (std::size_t row = 0; row < batch.count; row += group_rows) {
      kernels_.find_closer(chunk, {.rows = batch.row(row).data(),
                                   .count = std::min(group_rows, batch.count - row),
                                   .limits = batch.limits.data() + row,
                                   .ends = batch.ends.data() + row,
                                   .first = static_cast<std::uint32_t>(point)});
    }
    for (std::size_t row = 0; row < batch.count; ++row) batch.prune(row);
  }
}

void FlatIndex::finish(Batch& batch, std::size_t row, std::size_t k, Neighbor* out) const {
  ScoredPoint* const first = batch.begin(row);
  ScoredPoint* const last = first + batch.kept;
  std::nth_element(first, last - 1, batch.ends[row], is_closer);
  const float* const values = batch.row(row).data();
  for (ScoredPoint* at = first; at != last; ++at) {
    const float distance = exact_distance(values, at->point);
    at->score = metric_ == Metric::l2 ? distance : -distance;
  }
  std::sort(first, last, is_closer);
  for (std::size_t i = 0; i < k; ++i)
    out[i] = {metric_ == Metric::l2 ? first[i].score : -first[i].score, first[i].point};
}

float FlatIndex::exact_distance(const float* row, std::uint32_t point) const {
  const std::size_t panel = kernels_.panel;
  const float* const values = panels_.data() + point / panel * panel * columns_ + point % panel;
  double sum = 0;
  for (std::size_t i = 0; i < columns_; ++i) {
    const double one = static_cast<double>(row[i]);
    const double other = static_cast<double>(values[i * panel]);
    sum += metric_ == Metric::l2 ? (one - other) * (one - other) : one * other;
  }
  return static_cast<float>(metric_ == Metric::l2 ? std::sqrt(sum) : sum);
}

}  // namespace millrace::learn::knn
