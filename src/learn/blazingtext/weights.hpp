// Rows of numbers of a net, as the kernels want them. Rows that were never written take no memory.
#pragma once

#include "learn/draw.hpp"

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <span>

namespace millrace::learn::blazingtext {

class Weights {
 public:
  Weights() = default;
  // All 0. Throws ClientError where there is no room.
  Weights(std::size_t rows, std::size_t columns);

  [[nodiscard]] std::size_t rows() const { return rows_; }
  [[nodiscard]] std::size_t columns() const { return columns_; }
  // From a row to the next: the columns, filled up with zeros.
  [[nodiscard]] std::size_t stride() const { return stride_; }
  [[nodiscard]] float* row(std::size_t number) const { return first_ + number * stride_; }
  [[nodiscard]] std::span<const float> values(std::size_t number) const {
    return {row(number), columns_};
  }
  [[nodiscard]] bool is_zero(std::size_t number) const;
  // Uniform in [-reach / columns, reach / columns).
  void fill(std::size_t number, Draw& draw, double reach);
  // Of the same shape. Rows that are 0 in both are not touched.
  void copy_from(const Weights& other);

 private:
  struct Free {
    void operator()(void* memory) const { std::free(memory); }
  };

  std::size_t rows_ = 0;
  std::size_t columns_ = 0;
  std::size_t stride_ = 0;
  std::unique_ptr<void, Free> memory_;
  float* first_ = nullptr;  // on a cache line's beginning
};

}  // namespace millrace::learn::blazingtext
