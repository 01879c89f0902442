#include "learn/blazingtext/weights.hpp"

#include "learn/algorithm.hpp"
#include "learn/kernels/net.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

namespace millrace::learn::blazingtext {
namespace {

constexpr std::size_t line_bytes = 64;

}  // namespace

Weights::Weights(std::size_t rows, std::size_t columns)
    : rows_(rows),
      columns_(columns),
      stride_((columns + net_lanes - 1) / net_lanes * net_lanes),
      memory_(nullptr) {
  const std::size_t most = std::numeric_limits<std::size_t>::max() / 2 / sizeof(float);
  // calloc, as its large blocks are zero without being written.
  if (stride_ >= columns && rows <= most / std::max<std::size_t>(stride_, 1))
    memory_.reset(std::calloc(rows * stride_ * sizeof(float) + line_bytes, 1));
  if (!memory_) {
    throw ClientError("there is no memory for " + std::to_string(rows) + " vectors of " +
                      std::to_string(columns) + " numbers");
  }
  const auto address = reinterpret_cast<std::uintptr_t>(memory_.get());
  first_ = reinterpret_cast<float*>(static_cast<char*>(memory_.get()) +
                                    (line_bytes - address % line_bytes) % line_bytes);
}

bool Weights::is_zero(std::size_t number) const {
  return std::ranges::all_of(values(number), [](float value) { return value == 0; });
}

void Weights::fill(std::size_t number, Draw& draw, double reach) {
  const double width = 2 * reach / static_cast<double>(columns_);
  float* const to = row(number);
  for (std::size_t column = 0; column < columns_; ++column)
    to[column] = static_cast<float>((draw.uniform() - 0.5) * width);
}

void Weights::copy_from(const Weights& other) {
  for (std::size_t number = 0; number < rows_; ++number) {
    if (other.is_zero(number) && is_zero(number)) continue;
    std::ranges::copy(other.values(number), row(number));
  }
}

}  // namespace millrace::learn::blazingtext
