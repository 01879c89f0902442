// A trained k-NN as its files hold it: AWS's three, of which `model_algo-1` is in the format of
// faiss, whose `read_index` reads it.
#pragma once

#include "learn/knn/inverted_lists.hpp"
#include "learn/knn/reduction.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace millrace::learn::knn {

enum class Predictor { classifier, regressor };

// How rows become points, and points a prediction.
struct Plan {
  std::size_t k = 1;
  Predictor predictor = Predictor::classifier;
  Metric metric = Metric::l2;
  bool normalize = false;   // rows to length 1: their inner product is the cosine
  std::size_t padding = 0;  // zeros behind each row
  std::optional<ReductionPlan> reduction;

  friend bool operator==(const Plan&, const Plan&) = default;
};

struct StoredModel {
  Plan plan;
  std::size_t columns = 0;             // of a point
  std::vector<float> points;           // reduced and normalised, one after another
  std::vector<float> labels;           // one for each point
  std::optional<InvertedLists> lists;  // then the points are there and not above

  [[nodiscard]] Rows rows() const { return {points, labels.size(), columns}; }
};

// What finds the points. Throws RangeError.
[[nodiscard]] std::unique_ptr<Index> make_index(const StoredModel& model);

// model_algo-1, model_algo-1.labels (32-bit floats), model_algo-1.json. Throws AlgorithmError.
void save(const std::filesystem::path& folder, const StoredModel& model);

// `k` and `predictor_type` of model_algo-1.json may have been edited, as AWS documents. Throws
// ModelError.
[[nodiscard]] StoredModel load(const std::filesystem::path& folder);

}  // namespace millrace::learn::knn
