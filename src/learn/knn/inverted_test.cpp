// The approximate indexes beside plain loops and the exact index, and their files.
#include "base/encoding.hpp"
#include "learn/algorithm.hpp"
#include "learn/draw.hpp"
#include "learn/knn/faiss_file.hpp"
#include "learn/knn/flat_index.hpp"
#include "learn/knn/inverted_index.hpp"
#include "learn/knn/settings.hpp"
#include "learn/model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <variant>

namespace millrace::learn::knn {
namespace {

std::vector<float> drawn(std::size_t count, std::uint64_t seed) {
  Draw draw(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(draw.normal());
  return values;
}

struct Data {
  Data(std::size_t row_count, std::size_t point_count, std::size_t width)
      : row_values(drawn(row_count * width, 1)),
        point_values(drawn(point_count * width, 2)),
        rows{row_values, row_count, width},
        points{point_values, point_count, width} {}

  std::vector<float> row_values;
  std::vector<float> point_values;
  Rows rows;
  Rows points;
};

InvertedLists built(const Rows& points, const ListPlan& plan, Metric metric = Metric::l2) {
  Parallel parallel(2);
  return build_lists(points, metric, plan, parallel);
}

std::vector<Neighbor> searched(const Index& index, const Rows& rows, std::size_t k) {
  std::vector<Neighbor> found(rows.count * k);
  index.search(rows, k, found);
  return found;
}

// The part of the exact neighbors that were found.
double recall(const std::vector<Neighbor>& found, const std::vector<Neighbor>& exact,
              std::size_t k) {
  std::size_t right = 0;
  for (std::size_t first = 0; first < exact.size(); first += k) {
    std::set<std::uint32_t> known;
    for (std::size_t i = 0; i < k; ++i) known.insert(exact[first + i].point);
    for (std::size_t i = 0; i < k; ++i) right += known.count(found[first + i].point);
  }
  return static_cast<double>(right) / static_cast<double>(exact.size());
}

void expect_same(const std::vector<Neighbor>& found, const std::vector<Neighbor>& exact) {
  ASSERT_EQ(found.size(), exact.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_EQ(found[i].point, exact[i].point) << i;
    EXPECT_NEAR(found[i].distance, exact[i].distance, 1e-5) << i;
  }
}

TEST(InvertedIndex, IsExactWhereItLooksIntoEveryList) {
  const Data data(300, 2500, 7);
  for (const Metric metric : {Metric::l2, Metric::inner_product}) {
    const InvertedLists lists = built(data.points, {.lists = 11, .probes = 11}, metric);
    for (const Kernels* kernels : kernels_of_this_processor()) {
      SCOPED_TRACE(kernels->name);
      expect_same(searched(InvertedIndex(lists, *kernels), data.rows, 9),
                  searched(FlatIndex(data.points, metric, *kernels), data.rows, 9));
    }
  }
}

TEST(InvertedIndex, FindsMoreTheMoreListsItLooksInto) {
  const Data data(200, 4000, 8);
  const auto exact = searched(FlatIndex(data.points, Metric::l2, kernels()), data.rows, 10);
  double before = 0;
  for (const std::size_t probes : {1, 4, 16, 63}) {
    const InvertedIndex index(built(data.points, {.lists = 63, .probes = probes}), kernels());
    const double now = recall(searched(index, data.rows, 10), exact, 10);
    EXPECT_GT(now, before) << probes;
    before = now;
  }
  EXPECT_EQ(before, 1);
}

TEST(InvertedIndex, HoldsEachPointOnceInTheListOfItsNearestCenter) {
  const Data data(1, 900, 5);
  const InvertedLists lists = built(data.points, {.lists = 30});
  std::vector<std::uint32_t> numbers = lists.numbers;
  std::ranges::sort(numbers);
  std::vector<std::uint32_t> all(900);
  std::iota(all.begin(), all.end(), 0U);
  EXPECT_EQ(numbers, all);
  const auto distance = [&](std::size_t point, std::size_t list) {
    return kernels().squared_distance(lists.points.data() + point * 5,
                                      lists.centers.data() + list * 5, 5);
  };
  for (std::size_t list = 0; list < 30; ++list) {
    for (std::size_t point = lists.begins[list]; point < lists.begins[list + 1]; ++point) {
      for (std::size_t other = 0; other < 30; ++other)
        EXPECT_LE(distance(point, list), distance(point, other) + 1e-5F);
    }
  }
}

TEST(InvertedIndex, LooksIntoMoreListsWhereTheNearestAreTooShort) {
  const Data data(20, 40, 3);
  for (const std::size_t parts : {0, 3}) {
    const Data larger(20, 300, 3);
    const Rows& points = parts > 0 ? larger.points : data.points;
    const InvertedIndex index(built(points, {.lists = 20, .probes = 1, .parts = parts}), kernels());
    for (std::size_t row = 0; row < 20; ++row) {
      std::set<std::uint32_t> different;
      for (const Neighbor& neighbor : searched(index, data.rows.part(row, 1), 35))
        different.insert(neighbor.point);
      EXPECT_EQ(different.size(), 35U);
    }
  }
}

TEST(InvertedIndex, AnswersTheSameForOneRowAsForMany) {
  const Data data(120, 3000, 12);
  for (const std::size_t parts : {0, 4}) {
    const InvertedIndex index(built(data.points, {.lists = 40, .probes = 3, .parts = parts}),
                              kernels());
    const auto together = searched(index, data.rows, 6);
    for (std::size_t row = 0; row < 120; ++row) {
      const auto alone = searched(index, data.rows.part(row, 1), 6);
      for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(alone[i].point, together[row * 6 + i].point);
    }
  }
}

TEST(InvertedIndex, RefusesMoreListsThanPoints) {
  const Data data(1, 10, 2);
  EXPECT_THROW(static_cast<void>(built(data.points, {.lists = 11})), ClientError);
  EXPECT_THROW(static_cast<void>(built(data.points, {.lists = 2, .parts = 2})), ClientError);
}

// The point that a code stands for.
std::vector<float> decoded(const InvertedLists& lists, std::size_t list, std::size_t point) {
  const std::size_t parts = lists.quantizer->parts;
  const std::size_t width = lists.columns / parts;
  std::vector<float> values;
  for (std::size_t i = 0; i < lists.columns; ++i) {
    const std::size_t code = lists.codes[point * parts + i / width];
    values.push_back(
        lists.centers[list * lists.columns + i] +
        lists.quantizer->centers[(i / width * part_centers + code) * width + i % width]);
  }
  return values;
}

TEST(CodedIndex, MeasuresDistancesFromWhatTheCodesStandFor) {
  const Data data(30, 1500, 12);
  const InvertedLists lists = built(data.points, {.lists = 8, .probes = 8, .parts = 4});
  for (const Kernels* kernels : kernels_of_this_processor()) {
    const auto found = searched(InvertedIndex(lists, *kernels), data.rows, 5);
    for (std::size_t row = 0; row < 30; ++row) {
      std::vector<double> distances;
      for (std::size_t list = 0; list < 8; ++list) {
        for (std::size_t point = lists.begins[list]; point < lists.begins[list + 1]; ++point) {
          const auto values = decoded(lists, list, point);
          distances.push_back(std::sqrt(static_cast<double>(
              kernels->squared_distance(values.data(), data.rows.row(row).data(), 12))));
        }
      }
      std::ranges::sort(distances);
      for (std::size_t i = 0; i < 5; ++i)
        EXPECT_NEAR(found[row * 5 + i].distance, distances[i], 1e-4);
    }
  }
}

TEST(CodedIndex, IsNearerToThePointsTheLongerItsCodesAre) {
  const Data data(1, 2000, 8);
  double before = std::numeric_limits<double>::infinity();
  for (const std::size_t parts : {1, 2, 4, 8}) {
    const InvertedLists lists = built(data.points, {.lists = 4, .parts = parts});
    double loss = 0;
    for (std::size_t list = 0; list < 4; ++list) {
      for (std::size_t point = lists.begins[list]; point < lists.begins[list + 1]; ++point) {
        const auto values = decoded(lists, list, point);
        loss += static_cast<double>(kernels().squared_distance(
            values.data(), data.points.row(lists.numbers[point]).data(), 8));
      }
    }
    EXPECT_LT(loss, before) << parts;
    before = loss;
  }
}

// A file that faiss 1.15 wrote: IVFFlat of three points in two lists.
constexpr const char* faiss_lists =
    "4977466c020000000300000000000000000010000000000000001000000000000101000000020000"
    "00000000000200000000000000497846320200000002000000000000000000100000000000000010"
    "00000000000101000000040000000000000000000000000000000000204100002041000000000000"
    "000000696c61720200000000000000080000000000000066756c6c02000000000000000100000000"
    "00000002000000000000000000803f00000040010000000000000000001041000000410000304100"
    "00404100000000000000000200000000000000";

std::string written(const InvertedLists& lists) {
  std::ostringstream out;
  write_faiss(out, lists);
  return std::move(out).str();
}

TEST(FaissFile, ReadsListsAsFaissWritesThem) {
  const auto lists = std::get<InvertedLists>(read_faiss(base::from_hex(faiss_lists).value()));
  EXPECT_EQ(lists.columns, 2U);
  EXPECT_EQ(lists.probes, 2U);
  EXPECT_EQ(lists.centers, (std::vector<float>{0, 0, 10, 10}));
  EXPECT_EQ(lists.begins, (std::vector<std::size_t>{0, 1, 3}));
  EXPECT_EQ(lists.numbers, (std::vector<std::uint32_t>{1, 0, 2}));
  EXPECT_EQ(lists.points, (std::vector<float>{1, 2, 9, 8, 11, 12}));
  EXPECT_EQ(base::hex(written(lists)), faiss_lists);
}

void expect_kept(const InvertedLists& lists) {
  const std::string whole = written(lists);
  const auto read = std::get<InvertedLists>(read_faiss(whole));
  EXPECT_EQ(read.metric, lists.metric);
  EXPECT_EQ(read.centers, lists.centers);
  EXPECT_EQ(read.begins, lists.begins);
  EXPECT_EQ(read.numbers, lists.numbers);
  EXPECT_EQ(read.points, lists.points);
  EXPECT_EQ(read.quantizer, lists.quantizer);
  EXPECT_EQ(read.codes, lists.codes);
  for (std::size_t size = 0; size < whole.size(); size += size < 400 ? 1 : 97)
    EXPECT_THROW(static_cast<void>(read_faiss(whole.substr(0, size))), ModelError) << size;
  EXPECT_THROW(static_cast<void>(read_faiss(whole + "x")), ModelError);
}

TEST(FaissFile, KeepsListsAndRefusesThemCutOff) {
  const Data data(1, 300, 4);
  expect_kept(built(data.points, {.lists = 5}, Metric::inner_product));
  expect_kept(built(data.points, {.lists = 5, .probes = 2, .parts = 2}));
}

TEST(FaissFile, RefusesAPointInTwoLists) {
  const Data data(1, 6, 2);
  InvertedLists lists = built(data.points, {.lists = 2});
  lists.numbers[0] = lists.numbers[1];
  EXPECT_THROW(static_cast<void>(read_faiss(written(lists))), ModelError);
  lists.numbers[0] = 6;
  EXPECT_THROW(static_cast<void>(read_faiss(written(lists))), ModelError);
}

TEST(FaissFile, RefusesNumbersThatAreNotFinite) {
  const Data data(1, 300, 2);
  InvertedLists lists = built(data.points, {.lists = 2, .parts = 1});
  lists.quantizer->centers[5] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(static_cast<void>(read_faiss(written(lists))), ModelError);
}

Settings settings_of(const HyperparameterMap& further) {
  HyperparameterMap given = {{"feature_dim", "54"},
                             {"k", "2"},
                             {"predictor_type", "classifier"},
                             {"sample_size", "900"},
                             {"index_type", "faiss.IVFPQ"}};
  for (const auto& [name, value] : further) given[name] = value;
  return read_settings(given);
}

TEST(Settings, LengthenRowsToAMultipleOfTheParts) {
  EXPECT_EQ(settings_of({{"faiss_index_pq_m", "8"}}).plan.padding, 2U);
  EXPECT_EQ(settings_of({{"faiss_index_pq_m", "3"}}).plan.padding, 0U);
  EXPECT_EQ(settings_of({}).parts, 24U);
  const HyperparameterMap reduced = {{"dimension_reduction_type", "sign"},
                                     {"dimension_reduction_target", "21"}};
  HyperparameterMap given = reduced;
  given["faiss_index_pq_m"] = "8";
  EXPECT_EQ(settings_of(given).plan.reduction->target, 24U);
  given["faiss_index_pq_m"] = "56";
  EXPECT_THROW(static_cast<void>(settings_of(given)), ClientError);
}

}  // namespace
}  // namespace millrace::learn::knn
