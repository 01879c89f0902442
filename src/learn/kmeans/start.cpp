#include "learn/kmeans/start.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace::learn::kmeans {
namespace {

void append(std::vector<float>& centers, std::span<const float> row) {
  centers.insert(centers.end(), row.begin(), row.end());
}

// Efraimidis and Spirakis's order of a weighted draw without putting back.
std::vector<std::size_t> draw_rows(std::size_t rows, std::span<const float> weights,
                                   std::size_t count, Draw& draw) {
  if (weights.empty()) return draw_distinct(draw, count, rows);
  std::vector<std::pair<double, std::size_t>> keys;
  for (std::size_t row = 0; row < rows; ++row) {
    if (weights[row] > 0)
      keys.emplace_back(-std::log(1 - draw.uniform()) / static_cast<double>(weights[row]), row);
  }
  const auto taken = static_cast<std::ptrdiff_t>(std::min(count, keys.size()));
  std::partial_sort(keys.begin(), keys.begin() + taken, keys.end());
  std::vector<std::size_t> drawn;
  for (std::ptrdiff_t i = 0; i < taken; ++i)
    drawn.push_back(keys[static_cast<std::size_t>(i)].second);
  return drawn;
}

// Squared distances from the centers chosen so far, times the rows' weights: what the next one is
// drawn by.
class Distances {
 public:
  Distances(const Rows& rows, std::span<const float> weights)
      : rows_(rows), weights_(weights), nearest_(rows.count), candidate_(rows.count) {
    if (weights.empty())
      std::ranges::fill(nearest_, 1.0F);
    else
      std::ranges::copy(weights, nearest_.begin());
  }

  [[nodiscard]] std::size_t draw(Draw& draw) const { return draw.weighted(nearest_); }

  // What would be left if this row became a center; kept until the next is asked about.
  [[nodiscard]] double left_with(std::size_t row) {
    kernels().squared_distances(rows_.values.data(), rows_.count, rows_.columns,
                                rows_.row(row).data(), candidate_.data());
    double left = 0;
    for (std::size_t i = 0; i < rows_.count; ++i) {
      if (!weights_.empty()) candidate_[i] *= weights_[i];
      if (!first_) candidate_[i] = std::min(candidate_[i], nearest_[i]);
      left += static_cast<double>(candidate_[i]);
    }
    return left;
  }

  void keep() {
    nearest_ = candidate_;
    first_ = false;
  }

 private:
  const Rows& rows_;
  std::span<const float> weights_;
  std::vector<float> nearest_;
  std::vector<float> candidate_;
  bool first_ = true;
};

// Of several candidates the one that leaves the least is taken, as scikit-learn does; `trials` is
// its number, 2 + log k, for few centers. Where many are sought one will do.
std::size_t trials_for(std::size_t count) {
  constexpr std::size_t many = 500;
  return count > many ? 1 : 2 + static_cast<std::size_t>(std::log(static_cast<double>(count)));
}

std::vector<float> plus_plus(const Rows& rows, std::span<const float> weights, std::size_t count,
                             Draw& draw) {
  std::vector<float> centers;
  Distances distances(rows, weights);
  const std::size_t trials = trials_for(count);
  for (std::size_t center = 0; center < count; ++center) {
    std::size_t best = distances.draw(draw);
    double least = distances.left_with(best);
    bool is_last = true;
    for (std::size_t trial = 1; center > 0 && trial < trials; ++trial) {
      const std::size_t row = distances.draw(draw);
      const double left = distances.left_with(row);
      is_last = left < least;
      if (is_last) {
        best = row;
        least = left;
      }
    }
    if (!is_last) (void)distances.left_with(best);
    distances.keep();
    append(centers, rows.row(best));
  }
  return centers;
}

}  // namespace

std::vector<float> first_centers(const Rows& rows, std::span<const float> weights,
                                 std::size_t count, Start start, Draw& draw) {
  if (start == Start::plus_plus) return plus_plus(rows, weights, count, draw);
  std::vector<float> centers;
  for (const std::size_t row : draw_rows(rows.count, weights, count, draw))
    append(centers, rows.row(row));
  return centers;
}

}  // namespace millrace::learn::kmeans
