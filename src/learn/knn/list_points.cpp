#include "learn/knn/list_points.hpp"

#include "learn/knn/packed_set.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

namespace millrace::learn::knn {
namespace {

// Points that are compared with the rows at a time: few, as each row of a batch has room for them
// all; those of codes also go through the caches.
constexpr std::size_t whole_chunk = 128;
constexpr std::size_t coded_chunk = 256;
// Rows of which limits and ends are gathered at a time; of which tables are computed.
constexpr std::size_t group_rows = 24;
constexpr std::size_t coded_rows = 6;

class WholePoints final : public ListPoints {
 public:
  WholePoints(const InvertedLists& lists, const Kernels& kernels)
      : points_({lists.points, lists.points.size() / lists.columns, lists.columns}, lists.metric,
                kernels) {}

  void prepare(std::span<float> row, std::size_t number) const override {
    points_.prepare(row, number);
  }

  [[nodiscard]] std::size_t most_added() const override { return points_.looked_at(whole_chunk); }

  void scan(const ListTask& task, Candidates& candidates) const override {
    for (std::size_t point = task.first, stop = 0; point < task.last; point = stop) {
      stop = std::min(next_stop(point, point - task.first, whole_chunk), task.last);
      for (std::size_t row = 0; row < task.names.size(); row += group_rows) {
        const std::size_t count = std::min(group_rows, task.names.size() - row);
        compare(point, stop, task.rows + row * points_.columns(), task.names.subspan(row, count),
                candidates);
      }
    }
  }

  void measure(const float* row, std::span<ScoredPoint> points) const override {
    points_.measure(row, points);
  }

 private:
  void compare(std::size_t first, std::size_t last, const float* rows,
               std::span<const std::uint32_t> names, Candidates& candidates) const {
    std::array<float, group_rows> limits;
    std::array<ScoredPoint*, group_rows> ends;
    for (std::size_t i = 0; i < names.size(); ++i) {
      limits[i] = *candidates.limits(names[i]);
      ends[i] = *candidates.ends(names[i]);
    }
    points_.find_closer(first, last,
                        {.rows = rows,
                         .count = names.size(),
                         .limits = limits.data(),
                         .ends = ends.data(),
                         .first = 0});
    // The kernels' groups of points reach over into the lists beside this one.
    const auto elsewhere = [&](const ScoredPoint& found) {
      return found.point < first || found.point >= last;
    };
    for (std::size_t i = 0; i < names.size(); ++i) {
      ScoredPoint*& end = *candidates.ends(names[i]);
      end = std::remove_if(end, ends[i], elsewhere);
      candidates.prune(names[i]);
    }
  }

  PackedSet points_;
};

// |q - c - p|^2 = |r|^2 + sum over the parts of |p|^2 - 2 <r, p>, with r = q - c; what stands
// behind the sum is looked up in a table.
class CodedPoints final : public ListPoints {
 public:
  CodedPoints(const InvertedLists& lists, const Kernels& kernels)
      : kernels_(kernels),
        columns_(lists.columns),
        parts_(lists.quantizer->parts),
        width_(columns_ / parts_),
        list_centers_(lists.centers),
        codes_(lists.codes),
        matrices_(parts_ * (width_ + 1) * part_centers) {
    for (std::size_t part = 0; part < parts_; ++part) {
      for (std::size_t center = 0; center < part_centers; ++center)
        place(lists.quantizer->centers.data() + (part * part_centers + center) * width_, part,
              center);
    }
    check_squares();
  }

  void prepare(std::span<float> row, std::size_t number) const override {
    static_cast<void>(checked_half_norm(row, number));
  }

  [[nodiscard]] std::size_t most_added() const override { return coded_chunk; }

  void scan(const ListTask& task, Candidates& candidates) const override {
    for (std::size_t row = 0; row < task.names.size(); row += coded_rows) {
      const auto names = task.names.subspan(row, std::min(coded_rows, task.names.size() - row));
      const Tables tables = make_tables(task.list, task.rows + row * columns_, names.size());
      for (std::size_t i = 0; i < names.size(); ++i) look_up(task, tables, i, names[i], candidates);
    }
  }

  void measure(const float*, std::span<ScoredPoint> points) const override {
    std::ranges::sort(points, is_closer);
    for (ScoredPoint& at : points) at.score = std::sqrt(std::max(0.0F, at.score));
  }

 private:
  // Part by part and row by row 256 numbers; the squared length of each row without its center.
  struct Tables {
    std::unique_ptr<float[]> sums;
    std::size_t stride;
    std::array<float, coded_rows> lengths{};
  };

  void place(const float* center, std::size_t part, std::size_t number) {
    float* const column = matrices_.data() + part * (width_ + 1) * part_centers + number;
    float square = 0;
    for (std::size_t i = 0; i < width_; ++i) {
      column[i * part_centers] = center[i];
      square += center[i] * center[i];
    }
    column[width_ * part_centers] = square;
  }

  // No sum of a table's numbers may leave the 32-bit numbers.
  void check_squares() const {
    float most = 0;
    for (std::size_t part = 0; part < parts_; ++part) {
      const auto squares =
          std::span(matrices_).subspan((part * (width_ + 1) + width_) * part_centers, part_centers);
      most += *std::ranges::max_element(squares);
    }
    if (!(most < std::numeric_limits<float>::max() / 16))
      throw RangeError("the index's codes stand for numbers too large for distances");
  }

  Tables make_tables(std::size_t list, const float* rows, std::size_t count) const {
    Tables tables{.sums = std::make_unique_for_overwrite<float[]>(parts_ * count * part_centers),
                  .stride = count * part_centers};
    const float* const center = list_centers_.data() + list * columns_;
    std::vector<float> left(count * (width_ + 1), 1.0F);
    for (std::size_t part = 0; part < parts_; ++part) {
      for (std::size_t row = 0; row < count; ++row) {
        for (std::size_t i = 0; i < width_; ++i) {
          const std::size_t at = part * width_ + i;
          const float value = rows[row * columns_ + at] - center[at];
          left[row * (width_ + 1) + i] = -2 * value;
          tables.lengths[row] += value * value;
        }
      }
      kernels_.multiply({.left = left.data(),
                         .rows = count,
                         .left_columns = width_ + 1,
                         .right = matrices_.data() + part * (width_ + 1) * part_centers,
                         .right_columns = part_centers,
                         .out = tables.sums.get() + part * tables.stride});
    }
    return tables;
  }

  void look_up(const ListTask& task, const Tables& tables, std::size_t row, std::uint32_t name,
               Candidates& candidates) const {
    std::array<float, coded_chunk> scores;
    for (std::size_t point = task.first, stop = 0; point < task.last; point = stop) {
      stop = std::min(next_stop(point, point - task.first, coded_chunk), task.last);
      const std::size_t count = stop - point;
      kernels_.sum_coded({.codes = codes_.data() + point * parts_,
                          .count = count,
                          .parts = parts_,
                          .tables = tables.sums.get() + row * part_centers,
                          .stride = tables.stride,
                          .start = tables.lengths[row]},
                         scores.data());
      const float limit = *candidates.limits(name);
      ScoredPoint*& end = *candidates.ends(name);
      for (std::size_t i = 0; i < count; ++i) {
        *end = {scores[i], static_cast<std::uint32_t>(point + i)};
        end += scores[i] < limit ? 1 : 0;
      }
      candidates.prune(name);
    }
  }

  const Kernels& kernels_;
  std::size_t columns_;
  std::size_t parts_;
  std::size_t width_;
  std::vector<float> list_centers_;
  std::vector<std::uint8_t> codes_;
  // Of each part a matrix in which each center is a column, with the center's square below it.
  std::vector<float> matrices_;
};

}  // namespace

std::unique_ptr<ListPoints> make_list_points(const InvertedLists& lists, const Kernels& kernels) {
  if (lists.quantizer) return std::make_unique<CodedPoints>(lists, kernels);
  return std::make_unique<WholePoints>(lists, kernels);
}

}  // namespace millrace::learn::knn
