// The moments of documents' words in LDA's model, estimated without bias from words that occur
// together, and never as matrices over all words.
#pragma once

#include "learn/lda/documents.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::learn::lda {

// A matrix with a row of doubles for each word, or a square one.
struct Square {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;

  Square(std::size_t row_count, std::size_t column_count)
      : rows(row_count), columns(column_count), values(row_count * column_count) {}
  [[nodiscard]] double* row(std::size_t number) { return values.data() + number * columns; }
  [[nodiscard]] const double* row(std::size_t number) const {
    return values.data() + number * columns;
  }
};

// What whitens the second moment: W' M2 W is the identity; and what undoes it: W' B is, too.
struct Whitening {
  Square whiten;    // W
  Square unwhiten;  // B
};

// How often each word occurs in a document of its own, as a mean over the documents.
[[nodiscard]] std::vector<double> first_moment(const Documents& documents, std::size_t words);

// The `size` greatest directions of the second moment, fewer where it has not so many.
[[nodiscard]] Whitening find_whitening(const Documents& documents, const std::vector<double>& first,
                                       double alpha0, std::size_t size, std::uint64_t seed);

// The whitened third moment, size^3 numbers.
[[nodiscard]] std::vector<double> third_moment(const Documents& documents,
                                               const std::vector<double>& first, double alpha0,
                                               const Square& whiten);

}  // namespace millrace::learn::lda
