#include "learn/catboost/players.hpp"

#include <map>

namespace millrace::learn::catboost {
namespace {

using Columns = std::vector<std::size_t>;

// In the order in which splits number their conditions.
class Numbering {
 public:
  void add(const Columns& columns, std::size_t conditions) {
    const auto [player, added] =
        numbers_.try_emplace(columns, static_cast<std::uint32_t>(players.size()));
    if (added) players.push_back(columns);
    of_condition.resize(of_condition.size() + conditions, player->second);
  }

  std::vector<Columns> players;
  std::vector<std::uint32_t> of_condition;

 private:
  std::map<Columns, std::uint32_t> numbers_;
};

Columns columns_of(const Combination& of, StatisticOf statistics) {
  Columns columns = of.columns;
  if (statistics == StatisticOf::categories) return columns;
  for (const Combination::Number& one : of.numbers) columns.push_back(one.column);
  for (const Combination::Value& one : of.values) columns.push_back(one.column);
  return columns;
}

}  // namespace

Players players_of(const StoredModel& model, StatisticOf statistics) {
  Numbering all;
  for (const FloatFeature& feature : model.floats)
    all.add({feature.column}, feature.borders.size());
  for (const OneHotFeature& feature : model.one_hots)
    all.add({feature.column}, feature.values.size());
  for (const Statistic& statistic : model.statistics)
    all.add(columns_of(model.tables[statistic.table].of, statistics), statistic.borders.size());
  Players made{.columns = all.players, .of_split = {}};
  // Nodes that ask nothing may name a condition that there is not.
  for (const std::uint32_t split : model.splits)
    made.of_split.push_back(split < all.of_condition.size() ? all.of_condition[split] : 0);
  return made;
}

}  // namespace millrace::learn::catboost
