// The numbers that CatBoost puts in the place of categories: how labels were among the training
// rows of the same category, or how many such rows there were.
#pragma once

#include "learn/catboost/stored_model.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::learn::catboost {

class Statistics {
 public:
  explicit Statistics(const StoredModel& model);

  [[nodiscard]] std::size_t count() const { return statistics_.size(); }

  // `values` is a block of rows, `width` numbers a column, of which the first `rows` are rows';
  // `out` likewise gets `width` numbers a statistic.
  void fill(const float* values, std::size_t width, std::size_t rows, float* out) const;

 private:
  std::vector<StatisticTable> tables_;
  std::vector<Statistic> statistics_;
  std::vector<std::vector<std::size_t>> of_table_;  // the statistics that a table serves
};

}  // namespace millrace::learn::catboost
