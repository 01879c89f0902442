#include "learn/linear_learner/examples.hpp"

#include "learn/draw.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

namespace millrace::learn::linear_learner {
namespace {

std::vector<std::size_t> drawn_order(std::size_t count, std::uint64_t seed) {
  Draw draw(seed);
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t left = count; left > 1; --left)
    std::swap(order[left - 1], order[draw.below(left)]);
  return order;
}

// In place, as there may be no room for the rows twice.
void shuffle_dense(Examples& examples, std::uint64_t seed) {
  Draw draw(seed);
  const std::size_t columns = examples.features.columns;
  float* const values = examples.features.values.data();
  for (std::size_t left = examples.count(); left > 1; --left) {
    const std::size_t one = left - 1;
    const std::size_t other = draw.below(left);
    std::swap(examples.labels[one], examples.labels[other]);
    if (one != other)
      std::swap_ranges(values + one * columns, values + left * columns, values + other * columns);
  }
}

void shuffle_sparse(Examples& examples, std::uint64_t seed) {
  const table::Matrix& rows = examples.features;
  Examples shuffled{.features =
                        table::Matrix{.rows = rows.rows, .columns = rows.columns, .sparse = true}};
  shuffled.features.offsets = {0};
  shuffled.features.values.reserve(rows.values.size());
  shuffled.features.indices.reserve(rows.indices.size());
  for (const std::size_t row : drawn_order(rows.rows, seed)) {
    for (auto entry = rows.offsets[row]; entry < rows.offsets[row + 1]; ++entry) {
      shuffled.features.values.push_back(rows.values[entry]);
      shuffled.features.indices.push_back(rows.indices[entry]);
    }
    shuffled.features.offsets.push_back(shuffled.features.values.size());
    shuffled.labels.push_back(examples.labels[row]);
  }
  examples = std::move(shuffled);
}

// add(column, value) for each entry of the first rows.
template <class Add>
void visit(const table::Matrix& rows, std::size_t count, const Add& add) {
  if (rows.sparse) {
    for (std::uint64_t entry = 0; entry < rows.offsets[count]; ++entry)
      add(rows.indices[entry], static_cast<double>(rows.values[entry]));
    return;
  }
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t column = 0; column < rows.columns; ++column)
      add(column, static_cast<double>(rows.values[row * rows.columns + column]));
  }
}

struct Spread {
  std::vector<double> means, deviations;
};

// Entries that sparse rows leave out are zeros.
Spread spread_of(const table::Matrix& rows, std::size_t count) {
  const auto all = static_cast<double>(count);
  Spread spread{.means = std::vector<double>(rows.columns),
                .deviations = std::vector<double>(rows.columns)};
  std::vector<double> entries(rows.columns);
  visit(rows, count, [&](std::size_t column, double value) {
    spread.means[column] += value / all;
    ++entries[column];
  });
  visit(rows, count, [&](std::size_t column, double value) {
    const double difference = value - spread.means[column];
    spread.deviations[column] += difference * difference;
  });
  for (std::size_t column = 0; column < rows.columns; ++column) {
    const double mean = spread.means[column];
    const double squares = spread.deviations[column] + (all - entries[column]) * mean * mean;
    spread.deviations[column] = std::sqrt(squares / all);
  }
  return spread;
}

// Rounding alone makes a constant vary.
double factor_of(double deviation, double mean) {
  constexpr double rounding = 1e-6;
  return deviation > rounding * std::abs(mean) ? 1 / deviation : 1;
}

void scale_label(std::span<const float> labels, const Scaling& scaling, Scaler& scaler) {
  const auto all = static_cast<double>(labels.size());
  double mean = 0;
  for (const float label : labels) mean += static_cast<double>(label) / all;
  double squares = 0;
  for (const float label : labels)
    squares += (static_cast<double>(label) - mean) * (static_cast<double>(label) - mean);
  if (scaling.unbias_label) scaler.label_mean = mean;
  if (scaling.scale_label) scaler.label_factor = factor_of(std::sqrt(squares / all), mean);
}

void scale_dense(const Scaler& scaler, table::Matrix& rows, Parallel& parallel) {
  const std::vector<float> means(scaler.means.begin(), scaler.means.end());
  const std::vector<float> factors(scaler.factors.begin(), scaler.factors.end());
  parallel.split(rows.rows, [&](std::size_t, std::size_t first, std::size_t last) {
    for (std::size_t row = first; row < last; ++row) {
      float* const values = rows.values.data() + row * rows.columns;
      for (std::size_t column = 0; column < rows.columns; ++column)
        values[column] = (values[column] - means[column]) * factors[column];
    }
  });
}

void scale_sparse(const Scaler& scaler, Examples& examples) {
  table::Matrix& rows = examples.features;
  for (std::size_t entry = 0; entry < rows.values.size(); ++entry)
    rows.values[entry] *= static_cast<float>(scaler.factors[rows.indices[entry]]);
  if (std::ranges::all_of(scaler.means, [](double mean) { return mean == 0; })) return;
  for (std::size_t column = 0; column < rows.columns; ++column)
    examples.shift.push_back(static_cast<float>(-scaler.means[column] * scaler.factors[column]));
}

}  // namespace

LinearRows rows_of(const Examples& examples, std::size_t first, std::size_t count) {
  const table::Matrix& rows = examples.features;
  return {.values = rows.values.data(),
          .offsets = rows.sparse ? rows.offsets.data() : nullptr,
          .indices = rows.indices.data(),
          .columns = rows.columns,
          .first = first,
          .count = count};
}

void shuffle(Examples& examples, std::uint64_t seed) {
  if (examples.features.sparse) {
    shuffle_sparse(examples, seed);
  } else {
    shuffle_dense(examples, seed);
  }
}

Scaler measure_scale(const Examples& examples, const Scaling& scaling) {
  const table::Matrix& rows = examples.features;
  const std::size_t count = std::min(rows.rows, scaling.rows);
  Scaler scaler{.means = std::vector<double>(rows.columns),
                .factors = std::vector<double>(rows.columns, 1)};
  if (scaling.scale_data || scaling.unbias_data) {
    const Spread spread = spread_of(rows, count);
    for (std::size_t column = 0; column < rows.columns; ++column) {
      if (scaling.unbias_data) scaler.means[column] = spread.means[column];
      if (scaling.scale_data)
        scaler.factors[column] = factor_of(spread.deviations[column], spread.means[column]);
    }
  }
  scale_label(std::span(examples.labels).first(count), scaling, scaler);
  return scaler;
}

void apply(const Scaler& scaler, Examples& examples, Parallel& parallel) {
  if (examples.features.sparse) {
    scale_sparse(scaler, examples);
  } else {
    scale_dense(scaler, examples.features, parallel);
  }
  for (float& label : examples.labels)
    label =
        static_cast<float>((static_cast<double>(label) - scaler.label_mean) * scaler.label_factor);
}

}  // namespace millrace::learn::linear_learner
