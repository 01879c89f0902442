#include "table/matrix.hpp"

#include "base/assert.hpp"

#include <algorithm>

namespace millrace::table {
namespace {

template <class T>
void append_vector(std::vector<T>& all, std::vector<T>&& next) {
  all.insert(all.end(), next.begin(), next.end());
  std::vector<T>().swap(next);
}

void append_offsets(Matrix& all, const Matrix& next) {
  if (all.offsets.empty()) all.offsets.push_back(0);
  const std::uint64_t base = all.offsets.back();
  for (std::size_t row = 1; row < next.offsets.size(); ++row) {
    all.offsets.push_back(base + next.offsets[row]);
  }
}

// Rows before the first weight have weight one, as in a file where only some lines give one.
void append_weights(Dataset& all, Dataset& next) {
  if (all.weights.empty() && next.weights.empty()) return;
  all.weights.resize(all.features.rows, 1.0F);
  next.weights.resize(next.features.rows, 1.0F);
  append_vector(all.weights, std::move(next.weights));
}

void append_features(Matrix& all, Matrix&& next) {
  MILLRACE_ASSERT(all.sparse == next.sparse);
  if (all.sparse) {
    append_offsets(all, next);
    append_vector(all.indices, std::move(next.indices));
    all.columns = std::max(all.columns, next.columns);
  } else {
    MILLRACE_ASSERT(all.columns == next.columns);
  }
  append_vector(all.values, std::move(next.values));
  all.rows += next.rows;
}

}  // namespace

std::uint64_t total_bytes(std::span<const Input> inputs) {
  std::uint64_t bytes = 0;
  for (const Input& input : inputs) bytes += input.source->size();
  return bytes;
}

void clear(Dataset& rows) {
  Matrix& features = rows.features;
  features.rows = features.columns = 0;
  features.sparse = false;
  features.values.clear();
  features.offsets.clear();
  features.indices.clear();
  rows.labels.clear();
  rows.weights.clear();
  rows.queries.clear();
}

void append(Dataset& all, Dataset&& next) {
  if (next.features.rows == 0) return;
  if (all.features.rows == 0) {
    all = std::move(next);
    return;
  }
  append_weights(all, next);
  append_vector(all.labels, std::move(next.labels));
  append_vector(all.queries, std::move(next.queries));
  append_features(all.features, std::move(next.features));
}

}  // namespace millrace::table
