#include "learn/random_cut_forest/model.hpp"

#include "learn/model_folder.hpp"
#include "learn/random_cut_forest/attribution.hpp"
#include "learn/records.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace millrace::learn::random_cut_forest {
namespace {

constexpr float leaf_mark = -1;

// The windows that a request asks about: of its own, or those of its stream. The first points of a
// stream are in no whole window.
struct Asked {
  Windows windows;
  std::size_t early = 0;
};

// As wide as a window: that is what rows are; else they are points.
Asked asked_of(const Forest& forest, const table::Matrix& rows, table::Matrix& made) {
  if (!rows.sparse && rows.columns == forest.columns) {
    const table::Matrix& whole = dense_rows(rows, forest.columns, made);
    return {.windows = {whole.values, whole.rows, whole.columns}};
  }
  const table::Matrix& points = dense_rows(rows, forest.features(), made);
  const Windows windows = shingles(rows_of(points), forest.shingle);
  if (windows.count == 0)
    throw PredictionError("the model's windows are of " + std::to_string(forest.shingle) +
                          " consecutive points, but there are only " + std::to_string(points.rows));
  return {.windows = windows, .early = points.rows - windows.count};
}

// Beyond AWS: the score with what of it is due to each feature.
class Attributions final : public Model {
 public:
  explicit Attributions(const Forest& forest) : forest_(forest) {}

  [[nodiscard]] std::string_view objective() const override { return "randomcutforest"; }
  [[nodiscard]] std::size_t features() const override { return forest_.features(); }
  [[nodiscard]] std::size_t width() const override { return 1 + 2 * forest_.columns; }
  [[nodiscard]] Container container() const override { return Container::first_party; }
  [[nodiscard]] std::string_view list_name() const override { return "scores"; }
  [[nodiscard]] std::vector<Output> outputs() const override {
    return {{.name = "score"},
            {.name = "attribution_high", .width = forest_.columns, .list = true},
            {.name = "attribution_low", .width = forest_.columns, .list = true}};
  }

  void predict(const table::Matrix& rows, std::span<float> out) const override {
    table::Matrix made;
    const Asked asked = asked_of(forest_, rows, made);
    std::ranges::fill(out.first(asked.early * width()), 0);
    for (std::size_t row = 0; row < asked.windows.count; ++row) {
      const auto place = out.subspan((asked.early + row) * width(), width());
      score(forest_, asked.windows.part(row, 1), place.first(1));
      attribute(forest_, asked.windows.part(row, 1), place.subspan(1));
    }
  }

 private:
  const Forest& forest_;
};

class Scores final : public Model {
 public:
  explicit Scores(Forest forest) : forest_(std::move(forest)) {}

  [[nodiscard]] std::string_view objective() const override { return "randomcutforest"; }
  [[nodiscard]] std::size_t features() const override { return forest_.features(); }
  [[nodiscard]] std::size_t width() const override { return 1; }
  [[nodiscard]] Container container() const override { return Container::first_party; }
  [[nodiscard]] std::string_view list_name() const override { return "scores"; }
  [[nodiscard]] const Model* verbose() const override { return &attributions_; }

  void predict(const table::Matrix& rows, std::span<float> out) const override {
    table::Matrix made;
    const Asked asked = asked_of(forest_, rows, made);
    std::ranges::fill(out.first(asked.early), 0);
    score(forest_, asked.windows, out.subspan(asked.early));
  }

 private:
  Forest forest_;
  Attributions attributions_{forest_};
};

void add(const Tree& tree, std::vector<float>& columns, std::vector<float>& cuts) {
  std::vector<Place> places = {tree.nodes.empty() ? place_of_leaf(0) : 0};
  while (!places.empty()) {
    const Place place = places.back();
    places.pop_back();
    if (place < 0) {
      columns.push_back(leaf_mark);
      cuts.push_back(static_cast<float>(tree.leaves[leaf_number(place)].mass));
      continue;
    }
    const Node& node = tree.nodes[static_cast<std::size_t>(place)];
    columns.push_back(static_cast<float>(node.column));
    cuts.push_back(node.cut);
    places.push_back(node.right);
    places.push_back(node.left);
  }
}

const Array& array(const std::vector<Array>& arrays, std::string_view name) {
  const auto found = std::ranges::find(arrays, name, &Array::name);
  if (found == arrays.end()) throw ModelError("the model has no array " + std::string(name));
  return *found;
}

[[noreturn]] void damaged() { throw ModelError("the model's arrays do not fit each other"); }

std::size_t shingle_of(const std::vector<Array>& arrays, std::size_t columns) {
  const auto found = std::ranges::find(arrays, "shingle", &Array::name);
  if (found == arrays.end()) return 1;
  if (found->values.size() != 1) damaged();
  const float size = found->values[0];
  if (!(size >= 1 && size <= static_cast<float>(columns))) damaged();
  const auto shingle = static_cast<std::size_t>(size);
  if (columns % shingle != 0) damaged();
  return shingle;
}

// Takes the trees one after another off the arrays.
class Reader {
 public:
  Reader(const Array& columns, const Array& cuts, const Array& points)
      : columns_(columns.values), cuts_(cuts.values), points_(points.values) {
    if (columns_.size() != cuts_.size() || points.shape.size() != 2 || points.shape[1] == 0)
      damaged();
    features_ = points.shape[1];
  }

  [[nodiscard]] std::size_t features() const { return features_; }

  std::optional<Tree> next() {
    if (columns_.empty()) {
      if (!points_.empty()) damaged();
      return {};
    }
    tree_ = {.columns = features_};
    places_.push_back({});
    while (!places_.empty()) {
      const Open open = places_.back();
      places_.pop_back();
      take(open);
    }
    fill_boxes(tree_);
    return std::move(tree_);
  }

 private:
  // A place whose node or leaf is still to come.
  struct Open {
    Place parent = above_root;
    bool right = false;
    std::uint32_t depth = 0;
  };

  void take(const Open& open) {
    if (columns_.empty()) damaged();
    const float column = columns_.front();
    const float cut = cuts_.front();
    columns_ = columns_.subspan(1);
    cuts_ = cuts_.subspan(1);
    if (column == leaf_mark)
      add_leaf(open, cut);
    else
      add_node(open, column, cut);
  }

  void add_leaf(const Open& open, float mass) {
    constexpr float exact_below = 1 << 24;  // 32-bit floats hold every whole number
    if (!(mass >= 1 && mass < exact_below) || points_.size() < features_) damaged();
    link(open, place_of_leaf(tree_.leaves.size()));
    tree_.leaves.push_back(
        {.mass = static_cast<std::uint32_t>(mass), .depth = open.depth, .parent = open.parent});
    tree_.mass += static_cast<std::size_t>(mass);
    const auto point = points_.first(features_);
    tree_.points.insert(tree_.points.end(), point.begin(), point.end());
    points_ = points_.subspan(features_);
  }

  void add_node(const Open& open, float column, float cut) {
    if (!(column >= 0 && column < static_cast<float>(features_)) || !std::isfinite(cut)) damaged();
    const auto node = static_cast<Place>(tree_.nodes.size());
    link(open, node);
    tree_.nodes.push_back(
        {.column = static_cast<std::uint32_t>(column), .cut = cut, .parent = open.parent});
    places_.push_back({node, true, open.depth + 1});
    places_.push_back({node, false, open.depth + 1});
  }

  void link(const Open& open, Place place) {
    if (open.parent == above_root) return;
    Node& parent = tree_.nodes[static_cast<std::size_t>(open.parent)];
    (open.right ? parent.right : parent.left) = place;
  }

  std::span<const float> columns_;
  std::span<const float> cuts_;
  std::span<const float> points_;
  std::size_t features_ = 0;
  std::vector<Open> places_;
  Tree tree_;
};

}  // namespace

std::vector<Array> to_arrays(const Forest& forest) {
  std::vector<float> columns;
  std::vector<float> cuts;
  std::vector<float> points;
  for (const Tree& tree : forest.trees) {
    add(tree, columns, cuts);
    points.insert(points.end(), tree.points.begin(), tree.points.end());
  }
  const std::size_t entries = columns.size();
  const std::size_t leaves = points.size() / forest.columns;
  std::vector<Array> arrays = {
      {.name = "columns", .shape = {entries}, .values = std::move(columns)},
      {.name = "cuts", .shape = {entries}, .values = std::move(cuts)},
      {.name = "points", .shape = {leaves, forest.columns}, .values = std::move(points)}};
  if (forest.shingle > 1)
    arrays.push_back(
        {.name = "shingle", .shape = {1}, .values = {static_cast<float>(forest.shingle)}});
  return arrays;
}

Forest from_arrays(const std::vector<Array>& arrays) {
  Reader reader(array(arrays, "columns"), array(arrays, "cuts"), array(arrays, "points"));
  Forest forest{.columns = reader.features()};
  while (std::optional<Tree> tree = reader.next()) forest.trees.push_back(std::move(*tree));
  if (forest.trees.empty()) damaged();
  forest.shingle = shingle_of(arrays, forest.columns);
  return forest;
}

void save_forest(const std::filesystem::path& folder, const Forest& forest) {
  save_arrays(folder, to_arrays(forest));
}

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  return std::make_unique<Scores>(from_arrays(load_arrays(folder)));
}

}  // namespace millrace::learn::random_cut_forest
