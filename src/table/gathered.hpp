// Rows that arrive piece by piece and become one data set whose memory is asked for once: what is
// kept beside the rows themselves does not grow with them.
#pragma once

#include "table/matrix.hpp"

#include <cstdint>

namespace millrace::table {

class Gathered {
 public:
  // Of what will be read: how many bytes it has.
  explicit Gathered(std::uint64_t total_bytes) : total_bytes_(total_bytes) {}

  // Copies the rows of a piece of so many bytes behind those before it. Dense rows must have the
  // same number of columns.
  void append(const Dataset& next, std::uint64_t bytes);

  [[nodiscard]] const Dataset& rows() const { return all_; }
  [[nodiscard]] Dataset take() { return std::move(all_); }

 private:
  template <class T>
  void copy(std::vector<T>& all, const std::vector<T>& next) const;
  void copy_offsets(const Matrix& next);
  void copy_weights(const Dataset& next);

  std::uint64_t total_bytes_ = 0;
  std::uint64_t read_bytes_ = 0;
  Dataset all_;
};

}  // namespace millrace::table
