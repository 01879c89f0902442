#include "learn/kmeans/web_scale.hpp"

#include <cmath>

namespace millrace::learn::kmeans {
namespace {

// What of the batch each center gets.
struct Shares {
  std::vector<float> sums;
  std::vector<std::size_t> counts;
};

Shares share(const Rows& batch, const std::vector<std::uint32_t>& nearest, std::size_t centers) {
  Shares shares{.sums = std::vector<float>(centers * batch.columns),
                .counts = std::vector<std::size_t>(centers)};
  for (std::size_t row = 0; row < batch.count; ++row) {
    ++shares.counts[nearest[row]];
    kernels().add(shares.sums.data() + nearest[row] * batch.columns, batch.row(row).data(),
                  batch.columns);
  }
  return shares;
}

}  // namespace

void absorb(StreamedCenters& state, const Rows& batch, double half_life, Parallel& parallel) {
  const std::size_t centers = state.weights.size();
  const auto nearest = find_nearest(batch, {state.centers, centers, batch.columns}, parallel);
  const Shares shares = share(batch, nearest, centers);
  const double kept =
      half_life > 0 ? std::exp2(-static_cast<double>(batch.count) / half_life) : 1.0;
  for (std::size_t center = 0; center < centers; ++center) {
    const double before = kept * static_cast<double>(state.weights[center]);
    const double after = before + static_cast<double>(shares.counts[center]);
    state.weights[center] = static_cast<float>(after);
    if (shares.counts[center] == 0) continue;
    const auto old_part = static_cast<float>(before / after);
    const auto new_part = static_cast<float>(1 / after);
    float* const place = state.centers.data() + center * batch.columns;
    const float* const sum = shares.sums.data() + center * batch.columns;
    for (std::size_t i = 0; i < batch.columns; ++i)
      place[i] = old_part * place[i] + new_part * sum[i];
  }
}

}  // namespace millrace::learn::kmeans
