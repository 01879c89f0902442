// Reads models in JSON and UBJSON, which have one structure.
#include "base/text.hpp"
#include "learn/model.hpp"
#include "learn/xgboost/document.hpp"
#include "learn/xgboost/stored_model.hpp"
#include "table/matrix.hpp"

#include <algorithm>
#include <cctype>

namespace millrace::learn::xgboost {
namespace {

[[noreturn]] void damaged(const std::string& why) {
  throw ModelError("the model is damaged: " + why);
}

// UBJSON begins with '{' and the length of a name, JSON with '{' and a quote.
Document parse_document(std::string_view bytes) {
  const std::size_t second = bytes.find_first_not_of(" \t\r\n", 1);
  const bool json =
      second != std::string_view::npos && (bytes[second] == '"' || bytes[second] == '}');
  return json ? parse_json_document(bytes) : parse_ubjson_document(bytes);
}

// "5E-1", and since 3.1 "[5E-1,2.5E-1]"
std::vector<float> read_base_score(std::string_view text) {
  text = base::trim(text);
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  std::vector<float> scores;
  for (const auto piece : base::split(text, ',')) {
    const auto number = base::to_number(base::trim(piece));
    if (!number) damaged("base_score '" + std::string(piece) + "' is no number");
    scores.push_back(static_cast<float>(*number));
  }
  return scores;
}

void read_parameters(const Document& parameters, StoredModel& model) {
  const std::int64_t features = parameters.at("num_feature").integer();
  const std::int64_t classes = parameters.at("num_class").integer();
  const Document* targets = parameters.find("num_target");
  const std::int64_t groups =
      std::max({std::int64_t{1}, classes, targets ? targets->integer() : 1});
  if (features < 0 || groups > 1'000'000) damaged("its sizes are out of range");
  model.features = static_cast<std::size_t>(features);
  model.groups = static_cast<std::size_t>(groups);
  model.base_score = read_base_score(parameters.at("base_score").text());
}

struct TreeColumns {
  const Document::Numbers& left;
  const Document::Numbers& right;
  const Document::Numbers& feature;
  const Document::Numbers& value;
  const Document::Numbers& default_left;

  explicit TreeColumns(const Document& tree)
      : left(tree.at("left_children").numbers()),
        right(tree.at("right_children").numbers()),
        feature(tree.at("split_indices").numbers()),
        value(tree.at("split_conditions").numbers()),
        default_left(tree.at("default_left").numbers()) {
    const std::size_t nodes = left.size();
    if (right.size() != nodes || feature.size() != nodes || value.size() != nodes ||
        default_left.size() != nodes) {
      damaged("a tree's columns differ in length");
    }
  }
};

// Numbers outside of a node's index or a column's become -1, which the forest's check then refuses.
std::int32_t to_index(double number) {
  return number >= 0 && number < 2147483647.0 ? static_cast<std::int32_t>(number) : -1;
}

void read_categories(const Document& tree, std::vector<StoredNode>& nodes) {
  const Document* places = tree.find("categories_nodes");
  if (!places) return;
  const Document::Numbers& begins = tree.at("categories_segments").numbers();
  const Document::Numbers& sizes = tree.at("categories_sizes").numbers();
  const Document::Numbers& categories = tree.at("categories").numbers();
  if (begins.size() != places->numbers().size() || sizes.size() != begins.size())
    damaged("its categories");
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const double place = places->numbers()[i];
    const double end = begins[i] + sizes[i];
    if (!(place >= 0 && place < static_cast<double>(nodes.size()) && begins[i] >= 0 &&
          sizes[i] >= 1 && end <= static_cast<double>(categories.size()))) {
      damaged("its categories");
    }
    for (auto j = static_cast<std::size_t>(begins[i]); j < static_cast<std::size_t>(end); ++j) {
      if (!(categories[j] >= 0 && categories[j] < static_cast<double>(table::column_limit)))
        damaged("its categories");
      nodes[static_cast<std::size_t>(place)].categories.push_back(
          static_cast<std::uint32_t>(categories[j]));
    }
  }
}

// Only explanations need them.
void read_statistics(const Document& tree, std::vector<StoredNode>& nodes) {
  const Document* gains = tree.find("loss_changes");
  const Document* covers = tree.find("sum_hessian");
  if (!gains || !covers) return;
  if (gains->numbers().size() != nodes.size() || covers->numbers().size() != nodes.size())
    damaged("a tree's columns differ in length");
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    nodes[i].gain = static_cast<float>(gains->numbers()[i]);
    nodes[i].cover = static_cast<float>(covers->numbers()[i]);
  }
}

StoredTree read_tree(const Document& tree) {
  if (const Document* width = tree.at("tree_param").find("size_leaf_vector");
      width && width->integer() > 1) {
    throw ModelError(
        "trees whose leaves are vectors (multi_strategy=multi_output_tree) are not supported");
  }
  const TreeColumns columns(tree);
  StoredTree stored;
  stored.nodes.resize(columns.left.size());
  for (std::size_t i = 0; i < stored.nodes.size(); ++i) {
    StoredNode& node = stored.nodes[i];
    node.left = to_index(columns.left[i]);
    node.right = to_index(columns.right[i]);
    node.feature = static_cast<std::uint32_t>(std::clamp(columns.feature[i], 0.0, 4294967295.0));
    node.value = static_cast<float>(columns.value[i]);
    node.default_left = columns.default_left[i] != 0;
  }
  read_statistics(tree, stored.nodes);
  read_categories(tree, stored.nodes);
  return stored;
}

void read_trees(const Document& gbtree, StoredModel& model) {
  const Document& stored = gbtree.at("model");
  const Document::Items& trees = stored.at("trees").items();
  const Document::Numbers& groups = stored.at("tree_info").numbers();
  if (groups.size() != trees.size()) damaged("tree_info has another length than trees");
  model.trees.resize(trees.size());
  for (std::size_t i = 0; i < trees.size(); ++i) {
    const std::int64_t id = trees[i].at("id").integer();
    if (id < 0 || static_cast<std::size_t>(id) >= trees.size())
      damaged("a tree's id is out of range");
    model.trees[static_cast<std::size_t>(id)] = read_tree(trees[i]);
  }
  for (std::size_t i = 0; i < trees.size(); ++i) {
    model.trees[i].group = static_cast<std::uint32_t>(std::clamp(groups[i], 0.0, 4294967295.0));
  }
}

void read_dart(const Document& booster, StoredModel& model) {
  model.booster = BoosterKind::dart;
  read_trees(booster.at("gbtree"), model);
  const Document::Numbers& weights = booster.at("weight_drop").numbers();
  if (weights.size() != model.trees.size()) damaged("weight_drop has another length than trees");
  for (std::size_t i = 0; i < weights.size(); ++i)
    model.trees[i].weight = static_cast<float>(weights[i]);
}

void read_linear(const Document& booster, StoredModel& model) {
  model.booster = BoosterKind::linear;
  for (const double weight : booster.at("model").at("weights").numbers()) {
    model.weights.push_back(static_cast<float>(weight));
  }
}

void read_booster(const Document& booster, StoredModel& model) {
  const std::string& name = booster.at("name").text();
  if (name == "gbtree") return read_trees(booster, model);
  if (name == "dart") return read_dart(booster, model);
  if (name == "gblinear") return read_linear(booster, model);
  throw ModelError("the booster '" + name + "' is not known");
}

}  // namespace

StoredModel read_json_model(std::string_view bytes) {
  const Document document = parse_document(bytes);
  const Document& learner = document.at("learner");
  StoredModel model;
  const Document::Numbers& version = document.at("version").numbers();
  if (version.empty()) damaged("it has no version");
  model.major_version = static_cast<std::int64_t>(version[0]);
  model.objective = learner.at("objective").at("name").text();
  read_parameters(learner.at("learner_model_param"), model);
  read_booster(learner.at("gradient_booster"), model);
  return model;
}

}  // namespace millrace::learn::xgboost
