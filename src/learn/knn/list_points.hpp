// The points of an approximate index's lists, as they are or as codes, and how rows are compared
// with those of one list.
#pragma once

#include "learn/knn/candidates.hpp"
#include "learn/knn/inverted_lists.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace millrace::learn::knn {

// Some prepared rows that one list's points are compared with.
struct ListTask {
  std::size_t list;
  std::size_t first;  // of the list's points
  std::size_t last;
  const float* rows;                     // one after another
  std::span<const std::uint32_t> names;  // what the rows are called among the candidates
};

// Immutable.
class ListPoints {
 public:
  ListPoints() = default;
  virtual ~ListPoints() = default;
  ListPoints(const ListPoints&) = delete;
  ListPoints& operator=(const ListPoints&) = delete;

  // Makes a row one to be compared with the points. Throws RangeError, which names it.
  virtual void prepare(std::span<float> row, std::size_t number) const = 0;

  // Room that a candidate's row must have between two prunings.
  [[nodiscard]] virtual std::size_t most_added() const = 0;

  virtual void scan(const ListTask& task, Candidates& candidates) const = 0;

  // Gives points that were found their distances, the nearest first.
  virtual void measure(const float* row, std::span<ScoredPoint> points) const = 0;
};

// Copies what it needs of them. Throws RangeError.
[[nodiscard]] std::unique_ptr<ListPoints> make_list_points(const InvertedLists& lists,
                                                           const Kernels& kernels);

}  // namespace millrace::learn::knn
