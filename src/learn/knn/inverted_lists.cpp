#include "learn/knn/inverted_lists.hpp"

#include "learn/algorithm.hpp"
#include "learn/draw.hpp"
#include "learn/kmeans/lloyd.hpp"
#include "learn/kmeans/start.hpp"
#include "learn/knn/reservoir.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace millrace::learn::knn {
namespace {

// More rows a center, or more iterations, do not make a search better. Both are faiss's, but that
// the lists' centers find their places among fewer rows before they settle among all.
constexpr std::size_t rows_a_center = 256;
constexpr std::size_t first_rows_a_center = 64;
constexpr std::size_t list_iterations = 10;
constexpr std::size_t last_list_iterations = 4;
constexpr std::size_t part_iterations = 20;

void check_enough(std::size_t rows, std::size_t centers) {
  if (rows >= centers) return;
  throw ClientError("Number of training points (" + std::to_string(rows) +
                    ") should be at least as large as number of clusters (" +
                    std::to_string(centers) + ")");
}

std::vector<float> sampled(const Rows& rows, std::size_t count, Draw& draw) {
  std::vector<float> values;
  values.reserve(std::min(count, rows.count) * rows.columns);
  for (const std::size_t row : reservoir_sample(rows.count, count, draw))
    values.insert(values.end(), rows.row(row).begin(), rows.row(row).end());
  return values;
}

void scale_to_length_1(std::span<float> values, std::size_t columns) {
  for (std::size_t first = 0; first < values.size(); first += columns) {
    const auto row = values.subspan(first, columns);
    double sum = 0;
    for (const float value : row) sum += static_cast<double>(value) * static_cast<double>(value);
    if (sum == 0) continue;
    for (float& value : row)
      value = static_cast<float>(static_cast<double>(value) / std::sqrt(sum));
  }
}

std::vector<float> find_centers(const Rows& rows, std::size_t count, std::size_t iterations,
                                Draw& draw, Parallel& parallel) {
  return kmeans::lloyd(rows, {},
                       kmeans::first_centers(rows, {}, count, kmeans::Start::random, draw),
                       {.most_iterations = iterations}, parallel)
      .centers;
}

std::vector<float> list_centers(const Rows& points, Metric metric, const ListPlan& plan,
                                Parallel& parallel) {
  Draw draw(plan.seed);
  std::vector<float> values = sampled(points, rows_a_center * plan.lists, draw);
  if (metric == Metric::inner_product) scale_to_length_1(values, points.columns);
  const Rows rows{values, values.size() / points.columns, points.columns};
  const std::vector<float> some = sampled(rows, first_rows_a_center * plan.lists, draw);
  std::vector<float> centers = find_centers({some, some.size() / points.columns, points.columns},
                                            plan.lists, list_iterations, draw, parallel);
  if (some.size() < values.size())
    centers = kmeans::lloyd(rows, {}, std::move(centers), {.most_iterations = last_list_iterations},
                            parallel)
                  .centers;
  if (metric == Metric::inner_product) scale_to_length_1(centers, points.columns);
  return centers;
}

// Each point goes to the list of its nearest center: of centers of length 1 also the one with the
// largest inner product.
void fill_lists(const Rows& points, std::span<const std::uint32_t> nearest, InvertedLists& lists) {
  for (const std::uint32_t list : nearest) ++lists.begins[list + 1];
  for (std::size_t list = 1; list < lists.begins.size(); ++list)
    lists.begins[list] += lists.begins[list - 1];
  std::vector<std::size_t> next = lists.begins;
  lists.numbers.resize(points.count);
  for (std::size_t point = 0; point < points.count; ++point)
    lists.numbers[next[nearest[point]]++] = static_cast<std::uint32_t>(point);
  lists.points.reserve(points.values.size());
  for (const std::uint32_t point : lists.numbers)
    lists.points.insert(lists.points.end(), points.row(point).begin(), points.row(point).end());
}

// What is left of the points without their centers.
void subtract_centers(InvertedLists& lists) {
  for (std::size_t list = 0; list < lists.lists(); ++list) {
    const float* const center = lists.centers.data() + list * lists.columns;
    for (std::size_t point = lists.begins[list]; point < lists.begins[list + 1]; ++point) {
      for (std::size_t i = 0; i < lists.columns; ++i)
        lists.points[point * lists.columns + i] -= center[i];
    }
  }
}

void replace_by_codes(InvertedLists& lists, const ListPlan& plan, Parallel& parallel) {
  subtract_centers(lists);
  const Rows rows{lists.points, lists.numbers.size(), lists.columns};
  lists.quantizer = learn_parts(rows, plan.parts, plan.seed, parallel);
  lists.codes = encode(rows, *lists.quantizer, parallel);
  lists.points = std::vector<float>();  // assigning {} would keep its memory
}

std::vector<float> part_of(const Rows& rows, std::size_t part, std::size_t width) {
  std::vector<float> values;
  values.reserve(rows.count * width);
  for (std::size_t row = 0; row < rows.count; ++row) {
    const auto piece = rows.row(row).subspan(part * width, width);
    values.insert(values.end(), piece.begin(), piece.end());
  }
  return values;
}

}  // namespace

ProductQuantizer learn_parts(const Rows& rows, std::size_t parts, std::uint64_t seed,
                             Parallel& parallel) {
  check_enough(rows.count, part_centers);
  Draw draw(seed);
  const std::vector<float> values = sampled(rows, rows_a_center * part_centers, draw);
  const Rows sample{values, values.size() / rows.columns, rows.columns};
  const std::size_t width = rows.columns / parts;
  ProductQuantizer quantizer{.parts = parts};
  for (std::size_t part = 0; part < parts; ++part) {
    const std::vector<float> piece = part_of(sample, part, width);
    const auto centers =
        find_centers({piece, sample.count, width}, part_centers, part_iterations, draw, parallel);
    quantizer.centers.insert(quantizer.centers.end(), centers.begin(), centers.end());
  }
  return quantizer;
}

std::vector<std::uint8_t> encode(const Rows& rows, const ProductQuantizer& quantizer,
                                 Parallel& parallel) {
  const std::size_t parts = quantizer.parts;
  const std::size_t width = rows.columns / parts;
  std::vector<std::uint8_t> codes(rows.count * parts);
  for (std::size_t part = 0; part < parts; ++part) {
    const std::vector<float> piece = part_of(rows, part, width);
    const auto centers =
        std::span(quantizer.centers).subspan(part * part_centers * width, part_centers * width);
    const auto nearest =
        find_nearest({piece, rows.count, width}, {centers, part_centers, width}, parallel);
    for (std::size_t row = 0; row < rows.count; ++row)
      codes[row * parts + part] = static_cast<std::uint8_t>(nearest[row]);
  }
  return codes;
}

InvertedLists build_lists(const Rows& points, Metric metric, const ListPlan& plan,
                          Parallel& parallel) {
  check_enough(points.count, plan.lists);
  InvertedLists lists{.metric = metric,
                      .columns = points.columns,
                      .probes = std::min(plan.probes, plan.lists),
                      .centers = list_centers(points, metric, plan, parallel),
                      .begins = std::vector<std::size_t>(plan.lists + 1)};
  fill_lists(points, find_nearest(points, {lists.centers, plan.lists, points.columns}, parallel),
             lists);
  if (plan.parts > 0) replace_by_codes(lists, plan, parallel);
  return lists;
}

}  // namespace millrace::learn::knn
