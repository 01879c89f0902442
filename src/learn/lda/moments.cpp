#include "learn/lda/moments.hpp"

#include "learn/draw.hpp"
#include "learn/symmetric.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::learn::lda {
namespace {

constexpr std::size_t extra_directions = 8;
constexpr int power_steps = 4;
constexpr double negligible = 1e-9;  // beside the greatest eigenvalue

// Documents of less than three words tell nothing of words that occur together three at a time.
bool is_used(const Document& document) { return document.total >= 3; }

std::size_t used_documents(const Documents& documents) {
  std::size_t used = 0;
  for (std::size_t number = 0; number < documents.size(); ++number)
    used += is_used(documents[number]) ? 1 : 0;
  return std::max<std::size_t>(used, 1);
}

void add_scaled(double* to, const double* from, double factor, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] += factor * from[i];
}

// Sum over the document's words of count times the word's row.
void project(const Document& document, const Square& rows, std::vector<double>& sum) {
  sum.assign(rows.columns, 0.0);
  for (std::size_t i = 0; i < document.words.size(); ++i)
    add_scaled(sum.data(), rows.row(document.words[i]), static_cast<double>(document.counts[i]),
               rows.columns);
}

// first' times the rows.
std::vector<double> weigh(const std::vector<double>& first, const Square& rows) {
  std::vector<double> sum(rows.columns);
  for (std::size_t word = 0; word < rows.rows; ++word)
    add_scaled(sum.data(), rows.row(word), first[word], rows.columns);
  return sum;
}

// The second moment times the rows: of each document (c c' - diag c) / (n (n - 1)), less
// alpha0 / (alpha0 + 1) times the first moment with itself.
Square second_moment_times(const Documents& documents, const std::vector<double>& first,
                           double alpha0, const Square& rows) {
  Square out(rows.rows, rows.columns);
  const auto used = static_cast<double>(used_documents(documents));
  std::vector<double> sum;
  for (std::size_t number = 0; number < documents.size(); ++number) {
    const Document document = documents[number];
    if (!is_used(document)) continue;
    project(document, rows, sum);
    const double part = 1 / (document.total * (document.total - 1) * used);
    for (std::size_t i = 0; i < document.words.size(); ++i) {
      const double weight = part * static_cast<double>(document.counts[i]);
      double* const to = out.row(document.words[i]);
      add_scaled(to, sum.data(), weight, rows.columns);
      add_scaled(to, rows.row(document.words[i]), -weight, rows.columns);
    }
  }
  const std::vector<double> middle = weigh(first, rows);
  for (std::size_t word = 0; word < rows.rows; ++word)
    add_scaled(out.row(word), middle.data(), -alpha0 / (alpha0 + 1) * first[word], rows.columns);
  return out;
}

// left' times right.
Square cross(const Square& left, const Square& right) {
  Square out(left.columns, right.columns);
  for (std::size_t row = 0; row < left.rows; ++row) {
    for (std::size_t i = 0; i < left.columns; ++i)
      add_scaled(out.row(i), right.row(row), left.row(row)[i], right.columns);
  }
  return out;
}

// rows times the vectors, each of these scaled.
Square combine(const Square& rows, const Eigenvectors& found, const std::vector<std::size_t>& which,
               const std::vector<double>& scales) {
  Square turn(rows.columns, which.size());
  for (std::size_t j = 0; j < which.size(); ++j) {
    for (std::size_t i = 0; i < rows.columns; ++i)
      turn.row(i)[j] = found.vectors[which[j] * rows.columns + i] * scales[j];
  }
  Square out(rows.rows, which.size());
  for (std::size_t row = 0; row < rows.rows; ++row) {
    for (std::size_t i = 0; i < rows.columns; ++i)
      add_scaled(out.row(row), turn.row(i), rows.row(row)[i], which.size());
  }
  return out;
}

// The places of the greatest eigenvalues that are not negligible, the greatest first.
std::vector<std::size_t> greatest(const Eigenvectors& found, std::size_t most) {
  std::vector<std::size_t> which;
  for (std::size_t i = found.values.size(); i-- > 0 && which.size() < most;) {
    if (found.values[i] > negligible * found.values.back()) which.push_back(i);
  }
  return which;
}

std::vector<double> powers(const Eigenvectors& found, const std::vector<std::size_t>& which,
                           double exponent) {
  std::vector<double> scales;
  for (const std::size_t i : which) scales.push_back(std::pow(found.values[i], exponent));
  return scales;
}

Square orthonormal(const Square& rows) {
  const Eigenvectors found = eigenvectors(cross(rows, rows).values, rows.columns);
  const auto which = greatest(found, rows.columns);
  return combine(rows, found, which, powers(found, which, -0.5));
}

void add_outer(std::vector<double>& tensor, const Square& matrix, const std::vector<double>& by,
               double factor) {
  const std::size_t size = by.size();
  for (std::size_t i = 0; i < size; ++i)
    add_scaled(tensor.data() + i * size * size, matrix.values.data(), factor * by[i], size * size);
}

// matrix += factor * vector vector'
void add_outer(Square& matrix, const double* vector, double factor) {
  for (std::size_t i = 0; i < matrix.rows; ++i)
    add_scaled(matrix.row(i), vector, factor * vector[i], matrix.columns);
}

std::vector<double> symmetrised(const std::vector<double>& tensor, std::size_t size) {
  std::vector<double> out(tensor.size());
  const auto at = [&](std::size_t i, std::size_t j, std::size_t k) {
    return tensor[(i * size + j) * size + k];
  };
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      for (std::size_t k = 0; k < size; ++k)
        out[(i * size + j) * size + k] = (at(i, j, k) + at(j, i, k) + at(k, i, j)) / 3;
    }
  }
  return out;
}

}  // namespace

std::vector<double> first_moment(const Documents& documents, std::size_t words) {
  std::vector<double> first(words);
  const auto used = static_cast<double>(used_documents(documents));
  for (std::size_t number = 0; number < documents.size(); ++number) {
    const Document document = documents[number];
    if (!is_used(document)) continue;
    for (std::size_t i = 0; i < document.words.size(); ++i)
      first[document.words[i]] += static_cast<double>(document.counts[i]) / (document.total * used);
  }
  return first;
}

Whitening find_whitening(const Documents& documents, const std::vector<double>& first,
                         double alpha0, std::size_t size, std::uint64_t seed) {
  Square rows(first.size(), std::min(first.size(), size + extra_directions));
  Draw draw(seed);
  for (double& value : rows.values) value = draw.normal();
  for (int step = 0; step < power_steps; ++step)
    rows = orthonormal(second_moment_times(documents, first, alpha0, rows));
  const Square image = second_moment_times(documents, first, alpha0, rows);
  const Eigenvectors found = eigenvectors(cross(rows, image).values, rows.columns);
  const auto which = greatest(found, size);
  return {.whiten = combine(rows, found, which, powers(found, which, -0.5)),
          .unwhiten = combine(rows, found, which, powers(found, which, 0.5))};
}

// Each part is added as a matrix times a vector, and the sum made symmetric at the end: the mean
// over the orders of (p p' - 3 S) (x) p is p (x) p (x) p less the three orders of S (x) p.
std::vector<double> third_moment(const Documents& documents, const std::vector<double>& first,
                                 double alpha0, const Square& whiten) {
  const std::size_t size = whiten.columns;
  const auto used = static_cast<double>(used_documents(documents));
  std::vector<double> tensor(size * size * size);
  std::vector<double> own(whiten.rows);
  std::vector<double> sum;
  for (std::size_t number = 0; number < documents.size(); ++number) {
    const Document document = documents[number];
    if (!is_used(document)) continue;
    const double n = document.total;
    const double part = 1 / (n * (n - 1) * (n - 2) * used);
    project(document, whiten, sum);
    Square matrix(size, size);
    add_outer(matrix, sum.data(), 1);
    for (std::size_t i = 0; i < document.words.size(); ++i) {
      const auto count = static_cast<double>(document.counts[i]);
      add_outer(matrix, whiten.row(document.words[i]), -3 * count);
      own[document.words[i]] += 2 * part * count;
    }
    add_outer(tensor, matrix, sum, part);
  }
  for (std::size_t word = 0; word < whiten.rows; ++word) {
    if (own[word] == 0) continue;
    Square matrix(size, size);
    add_outer(matrix, whiten.row(word), own[word]);
    add_outer(tensor, matrix, {whiten.row(word), whiten.row(word) + size}, 1);
  }
  // Less what two words tell with a third one of any document; a whitened pair is the identity and
  // what was taken off it.
  const std::vector<double> middle = weigh(first, whiten);
  Square pair(size, size);
  for (std::size_t i = 0; i < size; ++i) pair.row(i)[i] = 1;
  add_outer(pair, middle.data(), alpha0 / (alpha0 + 1));
  add_outer(tensor, pair, middle, -3 * alpha0 / (alpha0 + 2));
  Square triple(size, size);
  add_outer(triple, middle.data(), 1);
  add_outer(tensor, triple, middle, 2 * alpha0 * alpha0 / ((alpha0 + 1) * (alpha0 + 2)));
  return symmetrised(tensor, size);
}

}  // namespace millrace::learn::lda
