// A flat index in the file format of faiss.
#pragma once

#include "learn/knn/flat_index.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::learn::knn {

struct FaissFlat {
  Metric metric = Metric::l2;
  std::size_t columns = 0;
  std::vector<float> points;  // one after another
};

[[nodiscard]] std::string write_faiss_flat(const FaissFlat& index);

// Throws ModelError, also for faiss's other kinds of index.
[[nodiscard]] FaissFlat read_faiss_flat(std::string_view bytes);

}  // namespace millrace::learn::knn
