#include "learn/catboost/tree_parts.hpp"

#include "learn/model.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <numeric>
#include <stdexcept>
#include <string>

namespace millrace::learn::catboost {
namespace {

constexpr double least_weight = 1e-13;  // less is none to CatBoost

[[noreturn]] void refuse(const std::string& why) {
  throw ModelError("the model cannot be explained: " + why);
}

std::vector<double> means_of(const StoredModel& model, const WeighedTree& tree) {
  std::vector<double> means(model.dimension);
  for (const WeighedNode& node : tree.nodes) {
    if (node.left >= 0) continue;
    for (std::size_t i = 0; i < means.size(); ++i)
      means[i] += model.leaf_values[node.leaf + i] * node.weight;
  }
  for (double& mean : means) mean /= tree.nodes.front().weight;
  return means;
}

// CatBoost's package then weighs leaves by the rows that are asked about.
void check_empty_leaves(const StoredModel& model, const WeighedTree& tree) {
  constexpr double least_value = 1e-9;
  for (const WeighedNode& node : tree.nodes) {
    if (node.left >= 0 || node.weight != 0) continue;
    double sum = 0;
    for (std::size_t i = 0; i < model.dimension; ++i)
      sum += std::abs(model.leaf_values[node.leaf + i]);
    if (!(sum < least_value)) refuse("a leaf that no training row came to has a value");
  }
}

// What CatBoost takes for the value of whatever no training row came to in a symmetric tree. Of
// other trees its parts do not add up to predictions; ours do.
double value_of_empty(const StoredModel& model, std::span<const double> means) {
  if (!model.steps.empty() || model.dimension == 1 || model.loss != "MultiClass") return 0;
  return std::accumulate(means.begin(), means.end(), 0.0) / static_cast<double>(means.size());
}

}  // namespace

TreeParts::TreeParts(const StoredModel& model, const WeighedTree& tree,
                     std::span<const Condition> conditions, const Players& players,
                     std::size_t table_bytes) {
  const double all = tree.nodes.front().weight;
  if (!(all > least_weight) || !std::isfinite(all)) refuse("no training row came to a tree");
  check_empty_leaves(model, tree);
  std::ranges::copy(conditions.subspan(tree.first_split, tree.conditions),
                    std::back_inserter(conditions_));
  for (const WeighedNode& node : tree.nodes) condition_of_.push_back(node.condition);
  means_ = means_of(model, tree);
  std::vector<ShapleyNode> nodes = nodes_of(model, tree, players);
  for (std::size_t output = 0; output < model.dimension; ++output) {
    for (std::size_t at = 0; at < nodes.size(); ++at) {
      const WeighedNode& node = tree.nodes[at];
      if (node.left < 0 && node.weight > least_weight)
        nodes[at].value = model.leaf_values[node.leaf + output];
    }
    push_output(nodes, table_bytes - this->table_bytes());
  }
}

// What no training row came to is a leaf; the values of others are yet to be set.
std::vector<ShapleyNode> TreeParts::nodes_of(const StoredModel& model, const WeighedTree& tree,
                                             const Players& players) {
  const double empty = value_of_empty(model, means_);
  std::vector<ShapleyNode> nodes;
  for (const WeighedNode& node : tree.nodes) {
    nodes.push_back({.value = empty, .cover = node.weight});
    if (node.left < 0 || !(node.weight > least_weight)) continue;
    nodes.back().left = node.left;
    nodes.back().right = node.right;
    nodes.back().column = own_number(players.of_split[tree.first_split + node.condition]);
  }
  return nodes;
}

void TreeParts::push_output(std::span<const ShapleyNode> nodes, std::size_t table_bytes) {
  try {
    outputs_.emplace_back(nodes, table_bytes);
  } catch (const std::invalid_argument& error) {
    refuse(error.what());
  }
}

std::uint32_t TreeParts::own_number(std::uint32_t player) {
  const auto found = std::ranges::find(players_, player);
  const auto number = static_cast<std::uint32_t>(found - players_.begin());
  if (found == players_.end()) players_.push_back(player);
  return number;
}

std::size_t TreeParts::table_bytes() const {
  std::size_t bytes = 0;
  for (const TreeShapley& output : outputs_) bytes += output.table_bytes();
  return bytes;
}

void TreeParts::ask(const float* row, std::vector<std::uint8_t>& answers) const {
  answers.clear();
  for (const Condition& condition : conditions_)
    answers.push_back(row[condition.place] > condition.border ? 1 : 0);
}

TreeParts::Parts TreeParts::parts_of(std::span<const std::uint8_t> answers) const {
  std::vector<std::uint8_t> goes_left;
  for (const std::uint32_t condition : condition_of_)
    goes_left.push_back(condition < answers.size() && answers[condition] == 0 ? 1 : 0);
  Parts parts(outputs_.size() * players_.size());
  TreeShapley::Scratch scratch;
  for (std::size_t i = 0; i < outputs_.size(); ++i)
    outputs_[i].add(goes_left, 1, std::span(parts).subspan(i * players_.size(), players_.size()),
                    scratch);
  return parts;
}

// Rows that give a tree the same answers get the same; symmetric trees have few different ones.
void TreeParts::add(std::span<const float* const> rows, std::size_t players,
                    std::span<double> shares) const {
  std::map<std::vector<std::uint8_t>, Parts> known;
  std::vector<std::uint8_t> answers;
  double* share = shares.data();
  for (const float* const row : rows) {
    ask(row, answers);
    auto found = known.find(answers);
    if (found == known.end()) found = known.emplace(answers, parts_of(answers)).first;
    const double* part = found->second.data();
    for (std::size_t output = 0; output < outputs_.size(); ++output, share += players) {
      for (const std::uint32_t player : players_) share[player] += *part++;
    }
  }
}

}  // namespace millrace::learn::catboost
