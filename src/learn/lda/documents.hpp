// Documents as bags of words: which occur, and how often.
#pragma once

#include "table/matrix.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace millrace::learn::lda {

struct Document {
  std::span<const std::uint32_t> words;
  std::span<const float> counts;  // above 0
  double total = 0;
};

class Documents {
 public:
  // Dense or sparse. Throws table::DataError for a count below 0.
  explicit Documents(const table::Matrix& rows);

  [[nodiscard]] std::size_t size() const { return totals_.size(); }
  [[nodiscard]] Document operator[](std::size_t number) const;
  [[nodiscard]] double total() const;

 private:
  void add(std::size_t row, std::uint32_t word, float count);

  std::vector<std::uint64_t> ends_ = {0};
  std::vector<std::uint32_t> words_;
  std::vector<float> counts_;
  std::vector<double> totals_;
};

}  // namespace millrace::learn::lda
