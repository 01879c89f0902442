// The steps of k-NN by hand-computed cases, beside plain loops, and by what must hold for any data.
#include "base/encoding.hpp"
#include "learn/knn/contract.hpp"
#include "learn/knn/faiss_file.hpp"
#include "learn/knn/flat_index.hpp"
#include "learn/knn/model.hpp"
#include "learn/knn/reduction.hpp"
#include "learn/knn/reservoir.hpp"
#include "learn/knn/stored_model.hpp"
#include "learn/model.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <variant>

namespace millrace::learn::knn {
namespace {

std::vector<float> drawn(std::size_t count, std::uint64_t seed, double center = 0) {
  Draw draw(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(center + draw.normal());
  return values;
}

double plain_measure(std::span<const float> a, std::span<const float> b, Metric metric) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double one = static_cast<double>(a[i]);
    const double other = static_cast<double>(b[i]);
    sum += metric == Metric::l2 ? (one - other) * (one - other) : -one * other;
  }
  return metric == Metric::l2 ? std::sqrt(sum) : sum;
}

std::vector<std::uint32_t> plain_neighbors(std::span<const float> row, const Rows& points,
                                           std::size_t k, Metric metric) {
  std::vector<std::uint32_t> numbers(points.count);
  std::iota(numbers.begin(), numbers.end(), 0U);
  std::ranges::sort(numbers, {}, [&](std::uint32_t point) {
    return std::pair(plain_measure(row, points.row(point), metric), point);
  });
  numbers.resize(k);
  return numbers;
}

struct Shape {
  std::size_t rows, points, columns, k;
};

void expect_exact(const Kernels& kernels, const Shape& shape, Metric metric, double center) {
  SCOPED_TRACE(std::string(kernels.name) + " " + std::to_string(shape.points) + " points, k " +
               std::to_string(shape.k));
  const auto row_values = drawn(shape.rows * shape.columns, 1, center);
  const auto point_values = drawn(shape.points * shape.columns, 2, center);
  const Rows rows{row_values, shape.rows, shape.columns};
  const Rows points{point_values, shape.points, shape.columns};
  std::vector<Neighbor> found(shape.rows * shape.k);
  FlatIndex(points, metric, kernels).search(rows, shape.k, found);
  for (std::size_t row = 0; row < shape.rows; ++row) {
    const auto expected = plain_neighbors(rows.row(row), points, shape.k, metric);
    std::set<std::uint32_t> different;
    for (std::size_t i = 0; i < shape.k; ++i) {
      const Neighbor& neighbor = found[row * shape.k + i];
      const double measure = plain_measure(rows.row(row), points.row(expected[i]), metric);
      const double tolerance = 1e-6 * (1 + std::abs(measure)) * (1 + center / 1000);
      EXPECT_NEAR(plain_measure(rows.row(row), points.row(neighbor.point), metric), measure,
                  tolerance)
          << "row " << row << ", neighbor " << i;
      EXPECT_NEAR(neighbor.distance, metric == Metric::l2 ? measure : -measure, tolerance);
      different.insert(neighbor.point);
    }
    EXPECT_EQ(different.size(), shape.k);
  }
}

TEST(FlatIndex, FindsWhatPlainLoopsFind) {
  for (const Kernels* kernels : kernels_of_this_processor()) {
    for (const Shape& shape : {Shape{1, 1, 1, 1}, Shape{3, 5, 2, 5}, Shape{50, 300, 7, 10},
                               Shape{260, 2100, 5, 3}, Shape{20, 1500, 28, 700}}) {
      expect_exact(*kernels, shape, Metric::l2, 0);
      expect_exact(*kernels, shape, Metric::inner_product, 0);
    }
  }
}

TEST(FlatIndex, IsExactFarFromZero) {
  for (const Kernels* kernels : kernels_of_this_processor())
    expect_exact(*kernels, {20, 500, 4, 5}, Metric::l2, 10000);
}

TEST(FlatIndex, PrefersTheFirstOfEqualPoints) {
  const std::vector<float> points(3000, 1.0F);
  const std::vector<float> row = {2, 1, 1};
  std::vector<Neighbor> found(4);
  FlatIndex({points, 1000, 3}, Metric::l2, kernels()).search({row, 1, 3}, 4, found);
  for (std::uint32_t i = 0; i < 4; ++i) {
    EXPECT_EQ(found[i].point, i);
    EXPECT_EQ(found[i].distance, 1);
  }
}

TEST(FlatIndex, RefusesWhatItsNumbersCannotHold) {
  const std::vector<float> points = {0, 1, 2e19F, -2e19F};
  EXPECT_THROW(FlatIndex({points, 4, 1}, Metric::l2, kernels()), RangeError);
  const FlatIndex index({points, 2, 1}, Metric::l2, kernels());
  std::vector<Neighbor> found(2);
  EXPECT_THROW(index.search({std::span(points).subspan(2), 2, 1}, 1, found), RangeError);
}

TEST(Reservoir, KeepsEachRowWithTheSameChance) {
  std::vector<int> times(20);
  Draw draw(7);
  for (int trial = 0; trial < 4000; ++trial) {
    const auto sample = reservoir_sample(20, 5, draw);
    ASSERT_EQ(sample.size(), 5U);
    ASSERT_TRUE(std::ranges::is_sorted(sample));
    for (const std::size_t row : sample) ++times[row];
  }
  for (const int count : times) EXPECT_NEAR(count, 1000, 5 * std::sqrt(4000 * 0.25 * 0.75));
  Draw again(1);
  EXPECT_EQ(reservoir_sample(3, 5, again), (std::vector<std::size_t>{0, 1, 2}));
}

TEST(Reduction, TransformsByHadamardsMatrix) {
  std::vector<float> values = {1, 2, 3, 5};
  hadamard_transform(values);
  EXPECT_EQ(values, (std::vector<float>{11, -3, -5, 1}));
}

// The mean over many projections of a squared length is the squared length itself.
void expect_kept_length(ReductionKind kind) {
  const auto row = drawn(21, 3);
  double expected = 0;
  for (const float value : row) expected += static_cast<double>(value * value);
  double sum = 0;
  constexpr std::uint64_t seeds = 400;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    const Reduction reduction({.kind = kind, .seed = seed, .target = 8, .input = 21});
    for (const float value : reduction.apply({row, 1, 21}))
      sum += static_cast<double>(value * value);
  }
  EXPECT_NEAR(sum / seeds, expected, 0.1 * expected);
}

TEST(Reduction, KeepsLengthsOnAverage) {
  expect_kept_length(ReductionKind::sign);
  expect_kept_length(ReductionKind::fjlt);
}

TEST(Reduction, IsLinearAndTheSameForTheSamePlan) {
  const auto rows = drawn(600 * 20, 4);
  for (const ReductionKind kind : {ReductionKind::sign, ReductionKind::fjlt}) {
    const ReductionPlan plan{.kind = kind, .seed = 5, .target = 6, .input = 20};
    const auto all = Reduction(plan).apply({rows, 600, 20});
    std::vector<float> doubled = rows;
    for (float& value : doubled) value *= 2;
    const auto twice = Reduction(plan).apply({doubled, 600, 20});
    for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(2 * all[i], twice[i]);
  }
}

TEST(Prediction, IsTheMostFrequentLabelOrTheMean) {
  EXPECT_EQ(predicted_label(Predictor::classifier, std::vector<float>{2, 1, 2, 0}), 2);
  EXPECT_EQ(predicted_label(Predictor::classifier, std::vector<float>{7, 3, 3, 7}), 3);
  EXPECT_EQ(predicted_label(Predictor::regressor, std::vector<float>{1, 2, 6}), 3);
}

std::string written(const FaissFlat& index) {
  std::ostringstream out;
  write_faiss(out, index.metric, index.columns, index.points);
  return std::move(out).str();
}

FaissFlat read_flat(std::string_view bytes) { return std::get<FaissFlat>(read_faiss(bytes)); }

// The layout of faiss's `write_index` for a flat index of one point with two dimensions.
TEST(FaissFile, IsLaidOutAsFaissDoes) {
  EXPECT_EQ(base::hex(written({.metric = Metric::l2, .columns = 2, .points = {1, 2}})),
            "49784632"
            "02000000"
            "0100000000000000"
            "0000100000000000"
            "0000100000000000"
            "01"
            "01000000"
            "0200000000000000"
            "0000803f00000040");
}

TEST(FaissFile, RefusesWhatIsCutOffOrOfAnotherKind) {
  const std::string whole =
      written({.metric = Metric::inner_product, .columns = 3, .points = drawn(12, 5)});
  EXPECT_EQ(read_flat(whole).points, drawn(12, 5));
  EXPECT_EQ(read_flat(whole).metric, Metric::inner_product);
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THROW(static_cast<void>(read_faiss(whole.substr(0, size))), ModelError) << size;
  EXPECT_THROW(static_cast<void>(read_faiss("IxHN" + whole.substr(4))), ModelError);
}

class Folder {
 public:
  Folder() { std::filesystem::create_directories(path_); }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_ =
      std::filesystem::path(testing::TempDir()) / ("knn." + std::to_string(getpid()));
};

TEST(StoredModel, ComesBackAsItWasSaved) {
  const Folder folder;
  const StoredModel model{
      .plan =
          Plan{.k = 2,
               .predictor = Predictor::regressor,
               .metric = Metric::inner_product,
               .normalize = true,
               .reduction =
                   ReductionPlan{.kind = ReductionKind::fjlt, .seed = 3, .target = 2, .input = 5}},
      .columns = 2,
      .points = {1, 2, 3, 4},
      .labels = {7, 8}};
  save(folder.path(), model);
  const StoredModel loaded = load(folder.path());
  EXPECT_EQ(loaded.plan, model.plan);
  EXPECT_EQ(loaded.points, model.points);
  EXPECT_EQ(loaded.labels, model.labels);
}

TEST(StoredModel, RefusesMoreNeighborsThanPoints) {
  const Folder folder;
  save(folder.path(), {.plan = Plan{.k = 3}, .columns = 1, .points = {1, 2}, .labels = {0, 1}});
  EXPECT_THROW(static_cast<void>(load(folder.path())), ModelError);
}

TEST(Model, TellsTheNeighborsWhereItIsAsked) {
  const Folder folder;
  save(folder.path(), {.plan = Plan{.k = 2, .metric = Metric::inner_product, .normalize = true},
                       .columns = 2,
                       .points = {1, 0, 0, 1, -1, 0},
                       .labels = {5, 6, 7}});
  const auto model = load_model(folder.path());
  const table::Matrix rows{.rows = 1, .columns = 2, .values = {4, 3}};
  std::vector<float> answer(5);
  model->verbose()->predict(rows, answer);
  EXPECT_EQ(answer[0], 5);
  EXPECT_NEAR(answer[1], 0.6, 1e-6);
  EXPECT_NEAR(answer[2], 0.8, 1e-6);
  EXPECT_EQ(answer[3], 6);
  EXPECT_EQ(answer[4], 5);
  EXPECT_EQ(width_of(model->verbose()->outputs()), model->verbose()->width());
}

TEST(Model, PredictsTheSameOnAnyNumberOfThreads) {
  const auto points = drawn(900 * 3, 6);
  StoredModel model{.plan = Plan{.k = 5}, .columns = 3, .points = points};
  for (std::size_t i = 0; i < 900; ++i) model.labels.push_back(static_cast<float>(i % 4));
  const FlatIndex index(model.rows(), Metric::l2, kernels());
  const auto rows = drawn(500 * 3, 7);
  Parallel one(1);
  Parallel three(3);
  EXPECT_EQ(predict_labels({rows, 500, 3}, index, model, one),
            predict_labels({rows, 500, 3}, index, model, three));
}

std::string violation(const HyperparameterMap& further) {
  HyperparameterMap given = {
      {"feature_dim", "5"}, {"k", "2"}, {"predictor_type", "classifier"}, {"sample_size", "9"}};
  for (const auto& [name, value] : further) given[name] = value;
  return check_hyperparameters(contract(), given).value_or("");
}

TEST(Contract, RefusesWhatContradicts) {
  EXPECT_EQ(violation({{"index_type", "faiss.Flat"}, {"index_metric", "COSINE"}}), "");
  EXPECT_EQ(violation({{"index_type", "faiss.IVFPQ"}, {"faiss_index_ivf_nlists", "auto"}}), "");
  EXPECT_EQ(violation({{"index_type", "faiss.IVFPQ"}, {"index_metric", "COSINE"}}),
            "index_metric COSINE is not supported with index_type faiss.IVFPQ");
  EXPECT_EQ(
      violation({{"faiss_index_pq_m", "4"}}),
      "Hyperparameter 'faiss_index_pq_m' should only be set when 'index_type' = 'faiss.IVFPQ'.");
  EXPECT_EQ(violation({{"index_type", "faiss.IVFPQ"}, {"faiss_index_pq_m", "5"}}),
            "faiss_index_pq_m is 5, but it must be 1, 2, 3, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, "
            "56, 64 or 96");
  EXPECT_EQ(violation({{"faiss_index_ivf_nlists", "4"}}),
            "faiss_index_ivf_nlists has no effect with index_type faiss.Flat");
  EXPECT_EQ(violation({{"dimension_reduction_type", "sign"}}),
            "dimension_reduction_target is required with dimension_reduction_type");
  EXPECT_EQ(violation({{"dimension_reduction_target", "2"}}),
            "dimension_reduction_target is given without dimension_reduction_type");
  EXPECT_EQ(violation({{"dimension_reduction_type", "fjlt"}, {"dimension_reduction_target", "5"}}),
            "dimension_reduction_target must be less than feature_dim: they are 5 and 5");
}

}  // namespace
}  // namespace millrace::learn::knn
