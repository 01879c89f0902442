// The schema is CatBoost's model.fbs; numbers of fields are positions in its tables.
#include "learn/catboost/stored_model.hpp"

#include "base/json.hpp"
#include "learn/catboost/flat_buffer.hpp"
#include "learn/catboost/stored_statistics.hpp"
#include "table/matrix.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::learn::catboost {
namespace {

constexpr std::string_view magic = "CBM1";
constexpr std::string_view format = "FlabuffersModel_v1";  // as CatBoost spells it
constexpr std::size_t deepest_tree = 16;                   // as CatBoost allows

constexpr std::string_view statistics_part = "static_provider_v1";

namespace core {
enum : std::size_t { format_version, trees, info, parts };
}
namespace trees {
enum : std::size_t {
  dimension,
  splits,
  sizes,
  starts,
  cat_features,
  float_features,
  one_hot_features,
  ctr_features,
  leaf_values,
  leaf_weights,
  steps,
  leaf_of_node,
  text_features,
  estimated_features,
  scale,
  bias,
  biases
};
}
namespace feature {
enum : std::size_t { has_nans, index, column, borders, id, missing };
}
namespace cat_feature {
enum : std::size_t { index, column };
}
namespace one_hot {
enum : std::size_t { index, values };
}

[[noreturn]] void damaged(const std::string& why) {
  throw ModelError("the model is damaged: " + why);
}

void require(bool holds, const std::string& why) {
  if (!holds) damaged(why);
}

std::size_t column_of(const FlatTable& table, std::size_t field) {
  const auto column = table.number<std::int32_t>(field, -1);
  require(column >= 0 && static_cast<std::size_t>(column) < table::column_limit,
          "a feature has no column");
  return static_cast<std::size_t>(column);
}

FloatFeature read_float(const FlatTable& table) {
  constexpr std::int8_t as_true = 2;
  FloatFeature read{.column = column_of(table, feature::column),
                    .borders = table.values<float>(feature::borders)};
  require(std::ranges::is_sorted(read.borders), "borders are not in order");
  const bool has_missing = table.number<std::int8_t>(feature::has_nans, 0) != 0;
  if (has_missing && table.number<std::int8_t>(feature::missing, 0) == as_true)
    read.missing = FloatFeature::Missing::above;
  return read;
}

FeatureColumns read_features(const FlatTable& table, StoredModel& model) {
  FeatureColumns columns;
  for (const FlatTable& one : table.tables(trees::float_features)) {
    model.floats.push_back(read_float(one));
    columns.numbers[one.number<std::int32_t>(feature::index, -1)] = model.floats.back().column;
  }
  for (const FlatTable& one : table.tables(trees::cat_features)) {
    model.categorical.push_back(column_of(one, cat_feature::column));
    columns.categories[one.number<std::int32_t>(cat_feature::index, -1)] = model.categorical.back();
  }
  for (const FlatTable& one : table.tables(trees::one_hot_features)) {
    const auto column = columns.categories.find(one.number<std::int32_t>(one_hot::index, -1));
    require(column != columns.categories.end(), "a one-hot feature is of no column");
    model.one_hots.push_back(
        {.column = column->second, .values = one.values<std::uint32_t>(one_hot::values)});
  }
  for (const FloatFeature& one : model.floats)
    model.columns = std::max(model.columns, one.column + 1);
  for (const std::size_t column : model.categorical)
    model.columns = std::max(model.columns, column + 1);
  return columns;
}

void refuse_unread(const FlatTable& table) {
  if (!table.tables(trees::text_features).empty() ||
      !table.tables(trees::estimated_features).empty())
    throw ModelError("models with features of text or embeddings are not read");
}

// The bytes behind the core, where they are statistics of categories.
std::string_view statistics_of(const FlatTable& root, std::string_view behind) {
  const std::vector<std::string_view> parts = root.texts(core::parts);
  for (const std::string_view part : parts) {
    if (part != statistics_part)
      throw ModelError("models with a part '" + std::string(part) + "' are not read");
  }
  return parts.empty() ? std::string_view() : behind;
}

std::size_t conditions_of(const StoredModel& model) {
  std::size_t count = 0;
  for (const FloatFeature& one : model.floats) count += one.borders.size();
  for (const OneHotFeature& one : model.one_hots) count += one.values.size();
  for (const Statistic& one : model.statistics) count += one.borders.size();
  return count;
}

void check_oblivious(const StoredModel& model) {
  std::size_t leaves = 0;
  for (const std::uint32_t size : model.tree_sizes) {
    require(size <= deepest_tree, "a tree is too deep");
    leaves += std::size_t{1} << size;
  }
  require(leaves * model.dimension == model.leaf_values.size(), "leaves and trees disagree");
}

// Steps only lead on, so that no walk can go in circles.
void check_steps(const StoredModel& model) {
  require(
      model.steps.size() == model.splits.size() && model.leaf_of_node.size() == model.splits.size(),
      "nodes and steps disagree");
  std::size_t begin = 0;
  for (const std::uint32_t size : model.tree_sizes) {
    require(size > 0, "a tree has no node");
    for (std::size_t at = begin; at < begin + size; ++at) {
      const Step step = model.steps[at];
      require(at + std::max(step.left, step.right) < begin + size, "a step leads out of its tree");
      const bool ends = step.left == 0 || step.right == 0;
      require(!ends || (model.leaf_of_node[at] < model.leaf_values.size() &&
                        model.leaf_values.size() - model.leaf_of_node[at] >= model.dimension),
              "a node leads to no leaf");
    }
    begin += size;
  }
}

void check_trees(const StoredModel& model) {
  std::size_t all = 0;
  for (const std::uint32_t size : model.tree_sizes) all += size;
  require(all == model.splits.size(), "trees and splits disagree");
  const std::size_t conditions = conditions_of(model);
  const bool nodes = !model.steps.empty();
  for (std::size_t at = 0; at < model.splits.size(); ++at) {
    const bool unused =
        nodes && at < model.steps.size() && model.steps[at].left == 0 && model.steps[at].right == 0;
    require(unused || model.splits[at] < conditions, "a split asks for no feature");
  }
  nodes ? check_steps(model) : check_oblivious(model);
}

void read_trees(const FlatTable& table, StoredModel& model) {
  const auto dimension = table.number<std::int32_t>(trees::dimension, 0);
  require(dimension > 0 && static_cast<std::size_t>(dimension) < table::column_limit,
          "it has no dimension");
  model.dimension = static_cast<std::size_t>(dimension);
  model.splits = table.values<std::uint32_t>(trees::splits);
  model.tree_sizes = table.values<std::uint32_t>(trees::sizes);
  model.leaf_values = table.values<double>(trees::leaf_values);
  model.leaf_weights = table.values<double>(trees::leaf_weights);
  model.steps = table.values<Step>(trees::steps);
  model.leaf_of_node = table.values<std::uint32_t>(trees::leaf_of_node);
  model.scale = table.number<double>(trees::scale, 1);
  model.bias = table.values<double>(trees::biases);
  if (model.bias.empty()) model.bias = {table.number<double>(trees::bias, 0)};
  if (model.bias.size() == 1) model.bias.resize(model.dimension, model.bias[0]);
  require(model.bias.size() == model.dimension, "biases and dimensions disagree");
  check_trees(model);
}

const base::Value& member(const base::Value& value, std::string_view name) {
  const base::Value* const found = value.find(name);
  if (!found) damaged("its information has no " + std::string(name));
  return *found;
}

std::string loss_of(const base::Value& params) {
  const base::Value& type = member(member(params, "loss_function"), "type");
  require(type.is_text(), "its loss is no text");
  return type.text();
}

std::vector<std::string> classes_of(const base::Value& params) {
  std::vector<std::string> classes;
  const base::Value& names = member(params, "class_names");
  require(names.is_list(), "its classes are no list");
  for (const base::Value& name : names.list()) classes.push_back(base::write_json(name));
  return classes;
}

void read_info(const FlatTable& core, StoredModel& model) {
  try {
    for (const FlatTable& entry : core.tables(core::info)) {
      if (entry.text(0) == "params") model.loss = loss_of(base::parse_json(entry.text(1)));
      if (entry.text(0) == "class_params")
        model.classes = classes_of(base::parse_json(entry.text(1)));
    }
  } catch (const base::JsonError& error) {
    damaged(error.what());
  }
}

}  // namespace

StoredModel read_model(std::string_view bytes) {
  constexpr std::size_t head = 8;
  if (!bytes.starts_with(magic)) throw ModelError("it is no model of CatBoost's format .cbm");
  const auto size = FlatBuffer(bytes).at<std::uint32_t>(magic.size());
  const FlatBuffer buffer(FlatBuffer(bytes).part(head, size));
  const FlatTable root = FlatTable::root(buffer);
  if (root.text(core::format_version) != format)
    throw ModelError("its format is not " + std::string(format));
  const auto table = root.table(core::trees);
  require(!table.empty(), "it has no trees");
  refuse_unread(table.front());
  StoredModel model;
  const FeatureColumns columns = read_features(table.front(), model);
  read_statistics(table.front().tables(trees::ctr_features),
                  statistics_of(root, bytes.substr(head + size)), columns, model);
  read_trees(table.front(), model);
  read_info(root, model);
  return model;
}

}  // namespace millrace::learn::catboost
