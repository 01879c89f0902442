// Reads the text that LightGBM writes: lines of name=value, a block for the whole and one for each
// tree.
#include "base/text.hpp"
#include "learn/lightgbm/stored_model.hpp"
#include "learn/model.hpp"
#include "table/matrix.hpp"

#include <charconv>
#include <limits>
#include <map>
#include <numeric>

namespace millrace::learn::lightgbm {
namespace {

constexpr unsigned category_flag = 1;
constexpr unsigned default_left_flag = 2;

[[noreturn]] void damaged(const std::string& why) {
  throw ModelError("the model is damaged: " + why);
}

// Lines up to an empty one, by what stands before their equals sign.
using Block = std::map<std::string_view, std::string_view>;

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return base::trim(line);
}

Block take_block(std::string_view& text) {
  Block block;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty()) break;
    const std::size_t equals = line.find('=');
    const bool named = equals != std::string_view::npos;
    block[line.substr(0, equals)] = named ? line.substr(equals + 1) : std::string_view();
  }
  return block;
}

std::string_view value_of(const Block& block, std::string_view name) {
  const auto found = block.find(name);
  if (found == block.end()) damaged("there is no " + std::string(name));
  return found->second;
}

template <class Number>
std::vector<Number> numbers(const Block& block, std::string_view name, std::size_t count) {
  std::string_view text = value_of(block, name);
  std::vector<Number> found;
  while (!(text = base::trim(text)).empty()) {
    Number number{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || (end != text.data() + text.size() && *end != ' '))
      damaged("a value of " + std::string(name) + " is no number");
    found.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  if (found.size() != count) damaged(std::string(name) + " has another length");
  return found;
}

std::int64_t integer(const Block& block, std::string_view name) {
  return numbers<std::int64_t>(block, name, 1).front();
}

std::size_t size_of(const Block& block, std::string_view name) {
  const std::int64_t size = integer(block, name);
  if (size < 1 || size > std::numeric_limits<std::int32_t>::max())
    damaged(std::string(name) + " is out of range");
  return static_cast<std::size_t>(size);
}

Missing missing_of(unsigned decision) {
  switch ((decision >> 2) & 3U) {
    case 0:
      return Missing::none;
    case 1:
      return Missing::zero;
    case 2:
      return Missing::nan;
    default:
      damaged("a decision type is not known");
  }
}

void read_categories(const Block& block, StoredTree& tree) {
  const auto sets = static_cast<std::size_t>(integer(block, "num_cat"));
  if (sets > tree.splits.size()) damaged("num_cat is out of range");
  const auto bounds = numbers<std::uint32_t>(block, "cat_boundaries", sets + 1);
  const auto words = numbers<std::uint32_t>(block, "cat_threshold", bounds.back());
  for (StoredSplit& split : tree.splits) {
    if (!split.by_category) continue;
    if (!(split.threshold >= 0 && split.threshold < static_cast<double>(sets)))
      damaged("a set of categories is out of range");
    const auto set = static_cast<std::size_t>(split.threshold);
    if (bounds[set] > bounds[set + 1] || bounds[set + 1] > words.size())
      damaged("cat_boundaries are out of order");
    split.categories.assign(words.begin() + bounds[set], words.begin() + bounds[set + 1]);
  }
}

void read_splits(const Block& block, std::size_t count, StoredTree& tree) {
  const auto features = numbers<std::uint32_t>(block, "split_feature", count);
  const auto thresholds = numbers<double>(block, "threshold", count);
  const auto decisions = numbers<std::uint8_t>(block, "decision_type", count);
  const auto left = numbers<std::int32_t>(block, "left_child", count);
  const auto right = numbers<std::int32_t>(block, "right_child", count);
  bool categories = false;
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned decision = decisions[i];
    tree.splits.push_back({.feature = features[i],
                           .threshold = thresholds[i],
                           .left = left[i],
                           .right = right[i],
                           .default_left = (decision & default_left_flag) != 0,
                           .missing = missing_of(decision),
                           .by_category = (decision & category_flag) != 0,
                           .categories = {}});
    categories = categories || tree.splits.back().by_category;
  }
  if (categories) read_categories(block, tree);
}

// Only explanations need them.
void read_statistics(const Block& block, StoredTree& tree) {
  for (const char* name : {"split_gain", "internal_count", "leaf_count"})
    if (!block.contains(name)) return;
  const auto gains = numbers<double>(block, "split_gain", tree.splits.size());
  const auto counts = numbers<double>(block, "internal_count", tree.splits.size());
  for (std::size_t i = 0; i < tree.splits.size(); ++i) {
    tree.splits[i].gain = gains[i];
    tree.splits[i].count = counts[i];
  }
  tree.counts = numbers<double>(block, "leaf_count", tree.leaves.size());
}

// The columns of all leaves stand in one list, and their coefficients in another.
void read_linear_leaves(const Block& block, StoredTree& tree) {
  const auto constants = numbers<double>(block, "leaf_const", tree.leaves.size());
  const auto counts = numbers<std::uint32_t>(block, "num_features", tree.leaves.size());
  const std::size_t terms = std::accumulate(counts.begin(), counts.end(), std::size_t{0});
  const auto features = numbers<std::uint32_t>(block, "leaf_features", terms);
  const auto coefficients = numbers<double>(block, "leaf_coeff", terms);
  auto feature = features.begin();
  auto coefficient = coefficients.begin();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    tree.linear.push_back({.constant = constants[i],
                           .features = {feature, feature + counts[i]},
                           .coefficients = {coefficient, coefficient + counts[i]}});
    feature += counts[i];
    coefficient += counts[i];
  }
}

StoredTree read_tree(const Block& block) {
  StoredTree tree;
  const std::size_t leaves = size_of(block, "num_leaves");
  tree.leaves = numbers<double>(block, "leaf_value", leaves);
  if (leaves > 1) {
    read_splits(block, leaves - 1, tree);
    read_statistics(block, tree);
  }
  const auto linear = block.find("is_linear");
  if (linear != block.end() && linear->second != "0") read_linear_leaves(block, tree);
  return tree;
}

StoredModel read_head(const Block& head) {
  StoredModel model;
  model.groups = size_of(head, "num_tree_per_iteration");
  model.classes = size_of(head, "num_class");
  const std::int64_t last_feature = integer(head, "max_feature_idx");
  if (last_feature < 0 || last_feature >= static_cast<std::int64_t>(table::column_limit))
    throw ModelError("the model has too many columns");
  model.features = static_cast<std::size_t>(last_feature) + 1;
  model.average = head.contains("average_output");
  if (const auto found = head.find("objective"); found != head.end())
    model.objective = found->second;
  return model;
}

}  // namespace

StoredModel parse_text_model(std::string_view text) {
  if (take_line(text) != "tree") throw ModelError("it is no text model of LightGBM's");
  StoredModel model = read_head(take_block(text));
  for (;;) {
    if (text.empty()) damaged("its end is missing");
    const Block block = take_block(text);
    if (block.contains("end of trees")) break;
    if (block.contains("Tree")) model.trees.push_back(read_tree(block));
  }
  if (model.trees.empty() || model.trees.size() % model.groups != 0) damaged("a round lacks trees");
  return model;
}

}  // namespace millrace::learn::lightgbm
