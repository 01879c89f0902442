// To which columns the answers to conditions belong, where a prediction is shared out.
#pragma once

#include "learn/catboost/stored_model.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace millrace::learn::catboost {

// Of which columns a statistic is: as CatBoost sees it, for contributions of its categorical ones
// alone, for importance also of those on which conditions tell its categories apart.
enum class StatisticOf { categories, all_columns };

// All conditions on the same columns are one player, whose part its columns share equally.
struct Players {
  std::vector<std::vector<std::size_t>> columns;  // of each; a column may have several shares
  std::vector<std::uint32_t> of_split;            // for each of the model's splits
};

[[nodiscard]] Players players_of(const StoredModel& model, StatisticOf statistics);

}  // namespace millrace::learn::catboost
