#include "learn/lda/documents.hpp"

#include <numeric>
#include <string>

namespace millrace::learn::lda {

void Documents::add(std::size_t row, std::uint32_t word, float count) {
  if (count < 0) {
    throw table::DataError("row " + std::to_string(row + 1) + ", feature " +
                           std::to_string(word + 1) + " is below 0: a word cannot occur so often");
  }
  if (count == 0) return;
  words_.push_back(word);
  counts_.push_back(count);
  totals_.back() += static_cast<double>(count);
}

Documents::Documents(const table::Matrix& rows) {
  for (std::size_t row = 0; row < rows.rows; ++row) {
    totals_.push_back(0);
    if (rows.sparse) {
      for (auto entry = rows.offsets[row]; entry < rows.offsets[row + 1]; ++entry)
        add(row, rows.indices[entry], rows.values[entry]);
    } else {
      for (std::uint32_t word = 0; word < rows.columns; ++word)
        add(row, word, rows.values[row * rows.columns + word]);
    }
    ends_.push_back(words_.size());
  }
}

Document Documents::operator[](std::size_t number) const {
  const std::uint64_t begin = ends_[number];
  const std::uint64_t length = ends_[number + 1] - begin;
  return {.words = std::span(words_).subspan(begin, length),
          .counts = std::span(counts_).subspan(begin, length),
          .total = totals_[number]};
}

double Documents::total() const { return std::accumulate(totals_.begin(), totals_.end(), 0.0); }

}  // namespace millrace::learn::lda
