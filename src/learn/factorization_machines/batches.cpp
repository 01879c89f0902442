#include "learn/factorization_machines/batches.hpp"

#include "learn/factorization_machines/machine.hpp"

#include <algorithm>

namespace millrace::learn::factorization_machines {
namespace {

constexpr std::uint32_t unseen = 0xffffffff;

// Numbers the features as they occur, and counts their entries.
std::vector<std::uint32_t> count_entries(Batch& batch, const table::Matrix& sparse,
                                         std::vector<std::uint32_t>& places) {
  std::vector<std::uint32_t> counts;
  const std::size_t last = sparse.offsets[batch.first_row + batch.count];
  for (std::size_t entry = sparse.offsets[batch.first_row]; entry < last; ++entry) {
    std::uint32_t& place = places[sparse.indices[entry]];
    if (place == unseen) {
      place = static_cast<std::uint32_t>(batch.features.size());
      batch.features.push_back(sparse.indices[entry]);
      counts.push_back(0);
    }
    ++counts[place];
  }
  return counts;
}

// `places` is `unseen` for every feature, before and afterwards.
void fill(Batch& batch, const table::Matrix& sparse, std::vector<std::uint32_t>& places) {
  const auto counts = count_entries(batch, sparse, places);
  batch.offsets.assign(1, 0);
  for (const std::uint32_t count : counts) batch.offsets.push_back(batch.offsets.back() + count);
  std::vector<std::uint32_t> next(batch.offsets.begin(), batch.offsets.end() - 1);
  batch.rows.resize(batch.offsets.back());
  batch.values.resize(batch.offsets.back());
  for (std::size_t row = 0; row < batch.count; ++row) {
    const Entries entries = entries_of(sparse, batch.first_row + row);
    for (std::size_t i = 0; i < entries.values.size(); ++i) {
      const std::uint32_t at = next[places[entries.features[i]]]++;
      batch.rows[at] = static_cast<std::uint32_t>(row);
      batch.values[at] = entries.values[i];
    }
  }
  for (const std::uint32_t feature : batch.features) places[feature] = unseen;
}

}  // namespace

std::vector<Batch> make_batches(const table::Matrix& sparse, std::size_t batch_rows,
                                Parallel& parallel) {
  std::vector<Batch> batches;
  for (std::size_t row = 0; row < sparse.rows; row += batch_rows)
    batches.push_back({.first_row = row, .count = std::min(batch_rows, sparse.rows - row)});
  parallel.split(batches.size(), [&](std::size_t, std::size_t first, std::size_t last) {
    std::vector<std::uint32_t> places(sparse.columns, unseen);
    for (std::size_t i = first; i < last; ++i) fill(batches[i], sparse, places);
  });
  return batches;
}

Batches::Batches(const table::Matrix& rows, std::size_t batch_rows, Parallel& parallel)
    : rows_(rows), batch_rows_(batch_rows), parallel_(parallel) {
  if (rows.sparse) kept_ = make_batches(rows, batch_rows, parallel);
}

const Batch& Batches::take(std::size_t number) {
  if (rows_.sparse) return kept_[number];
  turn(number);
  return turned_;
}

// A feature that is 0 in all rows of a batch is none that the batch has.
bool Batches::has_feature(std::uint32_t feature) const {
  const float* value = rows_.values.data() + turned_.first_row * rows_.columns + feature;
  for (std::size_t row = 0; row < turned_.count; ++row, value += rows_.columns) {
    if (*value != 0) return true;
  }
  return false;
}

void Batches::fill_feature(std::size_t place) {
  const float* value =
      rows_.values.data() + turned_.first_row * rows_.columns + turned_.features[place];
  std::size_t entry = turned_.offsets[place];
  for (std::uint32_t row = 0; row < turned_.count; ++row, ++entry, value += rows_.columns) {
    turned_.rows[entry] = row;
    turned_.values[entry] = *value;
  }
}

void Batches::turn(std::size_t number) {
  turned_.first_row = number * batch_rows_;
  turned_.count = std::min(batch_rows_, rows_.rows - turned_.first_row);
  turned_.features.clear();
  turned_.offsets.assign(1, 0);
  for (const std::uint32_t feature : rows_.indices) {
    if (!has_feature(feature)) continue;
    turned_.features.push_back(feature);
    turned_.offsets.push_back(turned_.offsets.back() + static_cast<std::uint32_t>(turned_.count));
  }
  turned_.rows.resize(turned_.offsets.back());
  turned_.values.resize(turned_.offsets.back());
  parallel_.split(turned_.features.size(), [&](std::size_t, std::size_t first, std::size_t last) {
    for (std::size_t place = first; place < last; ++place) fill_feature(place);
  });
}

}  // namespace millrace::learn::factorization_machines
