#include "learn/kmeans/lloyd.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace millrace::learn::kmeans {
namespace {

constexpr std::size_t block_rows = 256;
// By which a bound is widened, as distances are computed in 32 bits.
constexpr float slack = 1e-5F;
constexpr std::uint32_t nowhere = std::numeric_limits<std::uint32_t>::max();

float length_of(std::span<const float> values) {
  float sum = 0;
  for (const float value : values) sum += value * value;
  return sum;
}

// The sums and weights of the centers' rows, or changes of these.
struct Sums {
  std::vector<double> values;
  std::vector<double> weights;

  Sums(std::size_t centers, std::size_t columns) : values(centers * columns), weights(centers) {}

  void add(std::span<const float> row, std::size_t center, double weight) {
    double* const sum = values.data() + center * row.size();
    for (std::size_t i = 0; i < row.size(); ++i) sum[i] += weight * static_cast<double>(row[i]);
    weights[center] += weight;
  }

  void add(const Sums& other) {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += other.values[i];
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] += other.weights[i];
  }
};

class Clustering {
 public:
  Clustering(const Rows& rows, std::span<const float> weights, std::vector<float> centers)
      : rows_(rows),
        weights_(weights),
        centers_(std::move(centers)),
        count_(centers_.size() / rows.columns),
        sums_(count_, rows.columns),
        nearest_(rows.count, nowhere),
        above_(rows.count, std::numeric_limits<float>::infinity()),
        below_(rows.count, 0),
        moved_(count_) {
    for (std::size_t row = 0; row < rows.count; ++row) {
      squares_ += weight(row) * static_cast<double>(length_of(rows.row(row)));
      total_weight_ += weight(row);
    }
  }

  // How many rows went to another center.
  std::size_t assign(Parallel& parallel) {
    half_gaps_ = half_gaps();
    const NearestFinder finder(points(), kernels());
    std::vector<Sums> changes(parallel.threads(), Sums(count_, rows_.columns));
    std::vector<std::size_t> gone(parallel.threads());
    parallel.split(rows_.count, [&](std::size_t thread, std::size_t first, std::size_t last) {
      gone[thread] = assign_rows(finder, first, last, changes[thread]);
    });
    std::size_t all = 0;
    for (std::size_t thread = 0; thread < changes.size(); ++thread) {
      sums_.add(changes[thread]);
      all += gone[thread];
    }
    return all;
  }

  // Moves the centers to the means; the loss for the rows as they are assigned.
  double move() {
    double saved = 0;
    for (std::size_t center = 0; center < count_; ++center) {
      moved_[center] = 0;
      const double weight = sums_.weights[center];
      if (weight <= 0) continue;
      double distance = 0;
      for (std::size_t i = 0; i < rows_.columns; ++i) {
        const double mean = sums_.values[center * rows_.columns + i] / weight;
        float& place = centers_[center * rows_.columns + i];
        distance += (mean - static_cast<double>(place)) * (mean - static_cast<double>(place));
        saved += weight * mean * mean;
        place = static_cast<float>(mean);
      }
      moved_[center] = static_cast<float>(std::sqrt(distance)) * (1 + slack);
    }
    loosen();
    return std::max(0.0, squares_ - saved) / total_weight_;
  }

  [[nodiscard]] std::vector<float> take_centers() { return std::move(centers_); }

 private:
  [[nodiscard]] Rows points() const { return {centers_, count_, rows_.columns}; }
  [[nodiscard]] double weight(std::size_t row) const {
    return weights_.empty() ? 1.0 : static_cast<double>(weights_[row]);
  }

  // Half the distance of each center from the one next to it: a row that is nearer than that to its
  // own is nearer to no other.
  [[nodiscard]] std::vector<float> half_gaps() const {
    std::vector<float> gaps(count_, std::numeric_limits<float>::infinity());
    for (std::size_t a = 0; a < count_; ++a) {
      for (std::size_t b = a + 1; b < count_; ++b) {
        const float squared = kernels().squared_distance(points().row(a).data(),
                                                         points().row(b).data(), rows_.columns);
        gaps[a] = std::min(gaps[a], squared);
        gaps[b] = std::min(gaps[b], squared);
      }
    }
    for (float& gap : gaps) gap = std::sqrt(gap) / 2 * (1 - slack);
    return gaps;
  }

  // Whether the bounds leave open which center is nearest.
  bool is_open(std::size_t row) {
    const std::uint32_t own = nearest_[row];
    if (own == nowhere) return true;
    const float bound = std::max(half_gaps_[own], below_[row]);
    if (above_[row] <= bound) return false;
    above_[row] =
        (1 + slack) * std::sqrt(kernels().squared_distance(
                          rows_.row(row).data(), points().row(own).data(), rows_.columns));
    return above_[row] > bound;
  }

  // The open rows are gathered into blocks, which the kernel compares with all centers.
  std::size_t assign_rows(const NearestFinder& finder, std::size_t first, std::size_t last,
                          Sums& changes) {
    std::vector<std::size_t> open;
    std::vector<float> gathered;
    std::size_t gone = 0;
    for (std::size_t row = first; row < last; ++row) {
      if (is_open(row)) {
        open.push_back(row);
        gathered.insert(gathered.end(), rows_.row(row).begin(), rows_.row(row).end());
      }
      if (open.size() == block_rows || (row + 1 == last && !open.empty())) {
        gone += assign_block(finder, open, gathered, changes);
        open.clear();
        gathered.clear();
      }
    }
    return gone;
  }

  std::size_t assign_block(const NearestFinder& finder, std::span<const std::size_t> rows,
                           std::span<const float> values, Sums& changes) {
    std::array<std::uint32_t, block_rows> nearest;
    std::array<float, block_rows> score;
    std::array<float, block_rows> second;
    finder.find({values, rows.size(), rows_.columns}, nearest.data(), score.data(), second.data());
    std::size_t gone = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::size_t row = rows[i];
      const float length = length_of(rows_.row(row));
      above_[row] = std::sqrt(std::max(0.0F, length + 2 * score[i])) * (1 + slack);
      below_[row] = std::sqrt(std::max(0.0F, length + 2 * second[i])) * (1 - slack);
      if (nearest[i] == nearest_[row]) continue;
      ++gone;
      if (nearest_[row] != nowhere) changes.add(rows_.row(row), nearest_[row], -weight(row));
      changes.add(rows_.row(row), nearest[i], weight(row));
      nearest_[row] = nearest[i];
    }
    return gone;
  }

  // The bounds hold for the centers where they were; they give way by what these moved.
  void loosen() {
    const std::size_t farthest =
        static_cast<std::size_t>(std::ranges::max_element(moved_) - moved_.begin());
    float next = 0;
    for (std::size_t center = 0; center < count_; ++center) {
      if (center != farthest) next = std::max(next, moved_[center]);
    }
    for (std::size_t row = 0; row < rows_.count; ++row) {
      const std::uint32_t own = nearest_[row];
      above_[row] += moved_[own];
      below_[row] -= own == farthest ? next : moved_[farthest];
    }
  }

  const Rows& rows_;
  std::span<const float> weights_;
  std::vector<float> centers_;
  std::size_t count_;
  Sums sums_;
  std::vector<std::uint32_t> nearest_;
  std::vector<float> above_;  // no less than the distance from the own center
  std::vector<float> below_;  // no more than the distance from any other
  std::vector<float> moved_;
  std::vector<float> half_gaps_;
  double squares_ = 0;
  double total_weight_ = 0;
};

}  // namespace

LloydResult lloyd(const Rows& rows, std::span<const float> weights, std::vector<float> centers,
                  const LloydOptions& options, Parallel& parallel) {
  Clustering clustering(rows, weights, std::move(centers));
  LloydResult result{.loss = std::numeric_limits<double>::infinity()};
  while (result.iterations < options.most_iterations) {
    const std::size_t gone = clustering.assign(parallel);
    const double loss = clustering.move();
    ++result.iterations;
    const bool settled = gone == 0 || result.loss - loss <= options.tolerance * result.loss;
    result.loss = loss;
    if (settled && result.iterations > 1) break;
  }
  result.centers = clustering.take_centers();
  return result;
}

}  // namespace millrace::learn::kmeans
