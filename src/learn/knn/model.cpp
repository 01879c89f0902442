#include "learn/knn/model.hpp"

#include "learn/records.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace millrace::learn::knn {
namespace {

void scale_to_length_1(std::span<float> row) {
  double sum = 0;
  for (const float value : row) sum += static_cast<double>(value) * static_cast<double>(value);
  if (sum == 0) return;
  const double scale = 1 / std::sqrt(sum);
  for (float& value : row) value = static_cast<float>(scale * static_cast<double>(value));
}

std::vector<float> padded(const Rows& rows, std::size_t zeros) {
  std::vector<float> longer;
  longer.reserve(rows.count * (rows.columns + zeros));
  for (std::size_t row = 0; row < rows.count; ++row) {
    longer.insert(longer.end(), rows.row(row).begin(), rows.row(row).end());
    longer.insert(longer.end(), zeros, 0.0F);
  }
  return longer;
}

float most_frequent(std::span<const float> labels) {
  std::vector<float> sorted(labels.begin(), labels.end());
  std::ranges::sort(sorted);
  float winner = sorted[0];
  std::ptrdiff_t most = 0;
  for (auto at = sorted.begin(); at != sorted.end();) {
    const auto end = std::upper_bound(at, sorted.end(), *at);
    if (end - at > most) {
      most = end - at;
      winner = *at;
    }
    at = end;
  }
  return winner;
}

float mean(std::span<const float> labels) {
  double sum = 0;
  for (const float label : labels) sum += static_cast<double>(label);
  return static_cast<float>(sum / static_cast<double>(labels.size()));
}

// What a row's neighbors are called, and how far away they are, in the index's order.
struct Neighborhood {
  std::vector<float> distances;
  std::vector<float> labels;
};

class Neighbors {
 public:
  explicit Neighbors(StoredModel stored)
      : plan_(stored.plan), index_(make_index(stored)), labels_(std::move(stored.labels)) {
    if (plan_.reduction) reduction_.emplace(*plan_.reduction);
  }

  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] std::size_t features() const {
    return plan_.reduction ? plan_.reduction->input : index_->columns() - plan_.padding;
  }

  [[nodiscard]] std::vector<Neighborhood> find(const table::Matrix& rows) const {
    table::Matrix made;
    const table::Matrix& dense = dense_rows(rows, features(), made);
    std::vector<Neighbor> found(dense.rows * plan_.k);
    try {
      const std::vector<float> points = points_of(rows_of(dense), plan_, reduction_);
      index_->search({points, dense.rows, index_->columns()}, plan_.k, found);
    } catch (const RangeError& error) {
      throw PredictionError(error.what());
    }
    std::vector<Neighborhood> all(dense.rows);
    for (std::size_t i = 0; i < found.size(); ++i) {
      all[i / plan_.k].distances.push_back(found[i].distance);
      all[i / plan_.k].labels.push_back(labels_[found[i].point]);
    }
    return all;
  }

 private:
  Plan plan_;
  std::optional<Reduction> reduction_;
  std::unique_ptr<Index> index_;
  std::vector<float> labels_;
};

// The model as AWS's algorithm answers it, shortly or with the neighbors.
class Answers final : public Model {
 public:
  Answers(const Neighbors& neighbors, bool verbose) : neighbors_(neighbors), verbose_(verbose) {}

  [[nodiscard]] std::string_view objective() const override { return "knn"; }
  [[nodiscard]] std::size_t features() const override { return neighbors_.features(); }
  [[nodiscard]] std::size_t width() const override { return verbose_ ? 1 + 2 * k() : 1; }
  [[nodiscard]] Container container() const override { return Container::first_party; }
  [[nodiscard]] std::vector<Output> outputs() const override {
    std::vector<Output> named = {{.name = "predicted_label"}};
    if (verbose_) {
      named.push_back({.name = "distances", .width = k(), .list = true});
      named.push_back({.name = "labels", .width = k(), .list = true});
    }
    return named;
  }

  void predict(const table::Matrix& rows, std::span<float> out) const override {
    for (Neighborhood& row : neighbors_.find(rows)) {
      out[0] = predicted_label(neighbors_.plan().predictor, row.labels);
      if (verbose_) tell(row, out.subspan(1));
      out = out.subspan(width());
    }
  }

 private:
  [[nodiscard]] std::size_t k() const { return neighbors_.plan().k; }

  // AWS sorts from the smallest to the largest, which with inner products is the nearest.
  void tell(Neighborhood& row, std::span<float> out) const {
    if (neighbors_.plan().metric == Metric::inner_product) {
      std::ranges::reverse(row.distances);
      std::ranges::reverse(row.labels);
    }
    std::ranges::copy(row.distances, out.begin());
    std::ranges::copy(row.labels, out.begin() + static_cast<std::ptrdiff_t>(k()));
  }

  const Neighbors& neighbors_;
  bool verbose_;
};

class KnnModel final : public Model {
 public:
  explicit KnnModel(StoredModel stored) : neighbors_(std::move(stored)) {}

  [[nodiscard]] std::string_view objective() const override { return short_.objective(); }
  [[nodiscard]] std::size_t features() const override { return short_.features(); }
  [[nodiscard]] std::size_t width() const override { return short_.width(); }
  [[nodiscard]] Container container() const override { return short_.container(); }
  [[nodiscard]] std::vector<Output> outputs() const override { return short_.outputs(); }
  [[nodiscard]] const Model* verbose() const override { return &verbose_; }
  void predict(const table::Matrix& rows, std::span<float> out) const override {
    short_.predict(rows, out);
  }

 private:
  Neighbors neighbors_;
  Answers short_{neighbors_, false};
  Answers verbose_{neighbors_, true};
};

}  // namespace

std::vector<float> points_of(const Rows& rows, const Plan& plan,
                             const std::optional<Reduction>& reduction) {
  std::vector<float> points =
      reduction ? reduction->apply(rows) : std::vector(rows.values.begin(), rows.values.end());
  if (rows.count == 0) return points;
  const std::size_t columns = points.size() / rows.count;
  if (plan.padding > 0) return padded({points, rows.count, columns}, plan.padding);
  if (!plan.normalize) return points;
  for (std::size_t row = 0; row < rows.count; ++row)
    scale_to_length_1(std::span(points).subspan(row * columns, columns));
  return points;
}

float predicted_label(Predictor predictor, std::span<const float> labels) {
  return predictor == Predictor::classifier ? most_frequent(labels) : mean(labels);
}

std::vector<float> predict_labels(const Rows& points, const Index& index, const StoredModel& model,
                                  Parallel& parallel) {
  const std::size_t k = model.plan.k;
  std::vector<float> predicted(points.count);
  parallel.split(points.count, [&](std::size_t, std::size_t first, std::size_t last) {
    std::vector<Neighbor> found((last - first) * k);
    index.search(points.part(first, last - first), k, found);
    std::vector<float> labels(k);
    for (std::size_t row = first; row < last; ++row) {
      for (std::size_t i = 0; i < k; ++i)
        labels[i] = model.labels[found[(row - first) * k + i].point];
      predicted[row] = predicted_label(model.plan.predictor, labels);
    }
  });
  return predicted;
}

std::unique_ptr<Model> load_model(const std::filesystem::path& folder) {
  try {
    return std::make_unique<KnnModel>(load(folder));
  } catch (const RangeError& error) {
    throw ModelError(error.what());
  }
}

}  // namespace millrace::learn::knn
