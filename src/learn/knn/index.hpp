// What holds a sample's points and finds the nearest of them.
#pragma once

#include "learn/nearest.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>

namespace millrace::learn::knn {

enum class Metric { l2, inner_product };

struct Neighbor {
  float distance;  // the Euclidean one, or the inner product
  std::uint32_t point;
};

// Numbers so large that their squares are no 32-bit numbers.
struct RangeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Immutable.
class Index {
 public:
  Index() = default;
  virtual ~Index() = default;
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  [[nodiscard]] virtual std::size_t columns() const = 0;

  // `k` near points of each row, the nearest first: that of the smallest distance or the largest
  // inner product; k is no more than there are points. `out` has k places a row. Throws RangeError.
  // Safe from any thread.
  virtual void search(const Rows& rows, std::size_t k, std::span<Neighbor> out) const = 0;
};

}  // namespace millrace::learn::knn
