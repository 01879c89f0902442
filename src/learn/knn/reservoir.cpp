#include "learn/knn/reservoir.hpp"

#include <algorithm>
#include <numeric>

namespace millrace::learn::knn {

std::vector<std::size_t> reservoir_sample(std::size_t rows, std::size_t size, Draw& draw) {
  std::vector<std::size_t> kept(std::min(rows, size));
  std::iota(kept.begin(), kept.end(), std::size_t{0});
  for (std::size_t row = kept.size(); row < rows; ++row) {
    const std::size_t place = draw.below(row + 1);
    if (place < kept.size()) kept[place] = row;
  }
  std::ranges::sort(kept);
  return kept;
}

}  // namespace millrace::learn::knn
