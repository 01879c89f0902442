// The formulas are those of CatBoost's static_ctr_provider.cpp, in single precision as there.
#include "learn/catboost/statistics.hpp"

#include <bit>
#include <numeric>
#include <span>

namespace millrace::learn::catboost {
namespace {

using Counts = std::span<const std::uint32_t>;

std::uint64_t join(std::uint64_t hash, std::uint64_t next) {
  constexpr std::uint64_t factor = 0x4906ba494954cb65;
  return factor * (hash + factor * next);
}

// A row of a block.
struct Row {
  const float* values;
  std::size_t width;

  [[nodiscard]] float number(std::size_t column) const { return values[column * width]; }
  [[nodiscard]] std::uint32_t category(std::size_t column) const {
    return std::bit_cast<std::uint32_t>(number(column));
  }
};

std::uint64_t hash_of(const Combination& of, const Row& row) {
  std::uint64_t hash = 0;
  for (const std::size_t column : of.columns) {
    const auto category = static_cast<std::int32_t>(row.category(column));
    hash = join(hash, static_cast<std::uint64_t>(std::int64_t{category}));
  }
  for (const Combination::Number& one : of.numbers)
    hash = join(hash, row.number(one.column) > one.border ? 1 : 0);
  for (const Combination::Value& one : of.values)
    hash = join(hash, row.category(one.column) == one.value ? 1 : 0);
  return hash;
}

// Empty for a category that was not seen.
Counts counts_of(const StatisticTable& table, std::uint64_t hash) {
  const std::size_t mask = table.buckets.size() - 1;
  for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
    const StatisticTable::Bucket& bucket = table.buckets[at];
    if (bucket.hash == StatisticTable::no_hash) return {};
    if (bucket.hash == hash)
      return Counts(table.counts).subspan(bucket.place * table.stride, table.stride);
  }
}

float whole(std::uint32_t bits) { return static_cast<float>(static_cast<std::int32_t>(bits)); }

float sum(Counts counts) {
  return whole(std::accumulate(counts.begin(), counts.end(), std::uint32_t{0}));
}

struct Share {
  float good = 0;
  float all = 0;
};

Share share_of(const StatisticTable& table, const Statistic& asked, Counts counts) {
  using enum StatisticKind;
  const bool seen = !counts.empty();
  switch (table.kind) {
    case counter:
    case frequency:
      return {seen ? whole(counts[0]) : 0, whole(table.total)};
    case binarized_mean:
    case mean:
      return seen ? Share{std::bit_cast<float>(counts[0]), whole(counts[1])} : Share{};
    case buckets:
      return seen ? Share{whole(counts[asked.target]), sum(counts)} : Share{};
    case borders:
      break;
  }
  if (!seen) return {};
  const std::size_t first_good = table.stride > 2 ? asked.target + 1 : 1;
  return {sum(counts.subspan(first_good)), sum(counts)};
}

float value_of(const Statistic& asked, Share share) {
  const float part = (share.good + asked.prior) / (share.all + asked.prior_weight);
  return (part + asked.shift) * asked.scale;
}

}  // namespace

Statistics::Statistics(const StoredModel& model)
    : tables_(model.tables), statistics_(model.statistics), of_table_(model.tables.size()) {
  for (std::size_t i = 0; i < statistics_.size(); ++i) of_table_[statistics_[i].table].push_back(i);
}

void Statistics::fill(const float* values, std::size_t width, std::size_t rows, float* out) const {
  for (std::size_t i = 0; i < tables_.size(); ++i) {
    const StatisticTable& table = tables_[i];
    for (std::size_t row = 0; row < rows; ++row) {
      const Counts counts = counts_of(table, hash_of(table.of, {values + row, width}));
      for (const std::size_t asked : of_table_[i]) {
        out[asked * width + row] =
            value_of(statistics_[asked], share_of(table, statistics_[asked], counts));
      }
    }
  }
}

}  // namespace millrace::learn::catboost
