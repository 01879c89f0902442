// Indexes in the file format of faiss: IndexFlat, IndexIVFFlat, IndexIVFPQ. The reader is our own:
// faiss's trusts what it reads.
#pragma once

#include "learn/knn/inverted_lists.hpp"

#include <cstddef>
#include <ostream>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

namespace millrace::learn::knn {

struct FaissFlat {
  Metric metric = Metric::l2;
  std::size_t columns = 0;
  std::vector<float> points;  // one after another
};

// Points one after another.
void write_faiss(std::ostream& out, Metric metric, std::size_t columns,
                 std::span<const float> points);
void write_faiss(std::ostream& out, const InvertedLists& index);

// Throws ModelError, also for faiss's other kinds of index. What it gives is whole: sizes fit each
// other, each point is in one list, and every number is finite.
[[nodiscard]] std::variant<FaissFlat, InvertedLists> read_faiss(std::string_view bytes);

}  // namespace millrace::learn::knn
