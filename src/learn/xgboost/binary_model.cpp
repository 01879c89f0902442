// Reads the binary format that XGBoost wrote before 3.1, and AWS's images of 1.x with it:
// little-endian structures one after another, as their memory was.
#include "learn/model.hpp"
#include "learn/xgboost/stored_model.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace millrace::learn::xgboost {
namespace {

constexpr std::size_t learner_parameter_bytes = 136;
constexpr std::size_t forest_parameter_bytes = 160;
constexpr std::size_t tree_parameter_bytes = 148;
constexpr std::size_t node_bytes = 20;
constexpr std::size_t node_statistics_bytes = 16;
constexpr std::size_t linear_parameter_bytes = 136;
constexpr std::uint64_t name_limit = 256;

[[noreturn]] void damaged(const std::string& why) {
  throw ModelError("the file is no model of XGBoost in its binary format: " + why);
}

class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : rest_(bytes) {}

  std::string_view take(std::uint64_t size) {
    if (size > rest_.size()) damaged("it is cut off");
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  [[nodiscard]] std::size_t left() const { return rest_.size(); }

  std::uint64_t length(std::uint64_t element_bytes) {
    std::uint64_t count;
    std::memcpy(&count, take(sizeof count).data(), sizeof count);
    if (count > rest_.size() / element_bytes) damaged("it is cut off");
    return count;
  }

  std::string name() {
    const std::uint64_t size = length(1);
    if (size > name_limit) damaged("a name is too long");
    return std::string(take(size));
  }

  std::vector<float> floats() {
    std::vector<float> numbers(length(sizeof(float)));
    const std::string_view bytes = take(numbers.size() * sizeof(float));
    if (!numbers.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());
    return numbers;
  }

 private:
  std::string_view rest_;
};

// The number at a place of a structure.
template <class Number>
Number at(std::string_view structure, std::size_t place) {
  Number number;
  std::memcpy(&number, structure.data() + place * sizeof number, sizeof number);
  return number;
}

void read_parameters(Bytes& bytes, StoredModel& model) {
  const std::string_view parameters = bytes.take(learner_parameter_bytes);
  const auto classes = at<std::int32_t>(parameters, 2);
  const auto targets = at<std::int32_t>(parameters, 7);
  model.base_score = {at<float>(parameters, 0)};
  model.features = at<std::uint32_t>(parameters, 1);
  model.groups = static_cast<std::size_t>(std::max({1, classes, targets}));
  model.major_version = at<std::int32_t>(parameters, 5);
  if (model.groups > 1'000'000) damaged("its number of classes is out of range");
  // Releases before 1.0 stored the score behind the link and no version.
  model.base_is_margin = model.major_version < 1;
}

StoredNode read_node(std::string_view node) {
  constexpr std::uint32_t default_left = 1U << 31;
  const auto feature = at<std::uint32_t>(node, 3);
  return {.left = at<std::int32_t>(node, 1),
          .right = at<std::int32_t>(node, 2),
          .feature = feature & ~default_left,
          .value = at<float>(node, 4),
          .default_left = (feature & default_left) != 0};
}

StoredTree read_tree(Bytes& bytes) {
  const std::string_view parameters = bytes.take(tree_parameter_bytes);
  const auto nodes = at<std::int32_t>(parameters, 1);
  if (at<std::int32_t>(parameters, 0) != 1) damaged("a tree has several roots");
  if (at<std::int32_t>(parameters, 5) != 0) damaged("a tree's leaves are vectors");
  if (nodes < 1 || static_cast<std::size_t>(nodes) > bytes.left() / node_bytes)
    damaged("it is cut off");
  StoredTree tree;
  for (std::int32_t i = 0; i < nodes; ++i) tree.nodes.push_back(read_node(bytes.take(node_bytes)));
  for (StoredNode& node : tree.nodes) {
    const std::string_view statistics = bytes.take(node_statistics_bytes);
    node.gain = at<float>(statistics, 0);
    node.cover = at<float>(statistics, 1);
  }
  return tree;
}

void read_trees(Bytes& bytes, StoredModel& model) {
  const auto trees = at<std::int32_t>(bytes.take(forest_parameter_bytes), 0);
  if (trees < 0 || static_cast<std::size_t>(trees) > bytes.left() / tree_parameter_bytes)
    damaged("it is cut off");
  for (std::int32_t i = 0; i < trees; ++i) model.trees.push_back(read_tree(bytes));
  for (StoredTree& tree : model.trees)
    tree.group = at<std::uint32_t>(bytes.take(sizeof(std::uint32_t)), 0);
}

void read_dart(Bytes& bytes, StoredModel& model) {
  model.booster = BoosterKind::dart;
  read_trees(bytes, model);
  if (model.trees.empty()) return;
  const std::vector<float> weights = bytes.floats();
  if (weights.size() != model.trees.size()) damaged("there are not as many weights as trees");
  for (std::size_t i = 0; i < weights.size(); ++i) model.trees[i].weight = weights[i];
}

void read_linear(Bytes& bytes, StoredModel& model) {
  model.booster = BoosterKind::linear;
  bytes.take(linear_parameter_bytes);
  model.weights = bytes.floats();
}

}  // namespace

StoredModel read_binary_model(std::string_view file) {
  Bytes bytes(file);
  if (file.starts_with("binf")) bytes.take(4);
  StoredModel model;
  read_parameters(bytes, model);
  model.objective = bytes.name();
  const std::string booster = bytes.name();
  if (booster == "gbtree")
    read_trees(bytes, model);
  else if (booster == "dart")
    read_dart(bytes, model);
  else if (booster == "gblinear")
    read_linear(bytes, model);
  else
    damaged("the booster is not known");
  return model;
}

}  // namespace millrace::learn::xgboost
