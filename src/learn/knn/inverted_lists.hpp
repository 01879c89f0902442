// An approximate index as its file holds it: points in lists, each of the points near one center.
#pragma once

#include "learn/knn/index.hpp"
#include "learn/parallel.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace millrace::learn::knn {

// Centers of each of a vector's parts (Jegou, Douze and Schmid, 2011): a part is told by the number
// of the center nearest to it, which fits into a byte.
inline constexpr std::size_t part_centers = 256;

struct ProductQuantizer {
  std::size_t parts = 0;
  std::vector<float> centers;  // part by part, each 256 of columns / parts numbers

  friend bool operator==(const ProductQuantizer&, const ProductQuantizer&) = default;
};

struct InvertedLists {
  Metric metric = Metric::l2;
  std::size_t columns = 0;
  std::size_t probes = 1;      // lists that a search looks at
  std::vector<float> centers;  // one for each list
  std::vector<std::size_t>
      begins;  // where each list begins among the points, and the last one's end
  std::vector<std::uint32_t> numbers;  // of the points, list by list
  std::vector<float> points;           // list by list; none where there are codes
  std::optional<ProductQuantizer> quantizer;
  std::vector<std::uint8_t> codes;  // of the points' differences from their list's center

  [[nodiscard]] std::size_t lists() const { return begins.size() - 1; }
};

struct ListPlan {
  std::size_t lists = 1;
  std::size_t probes = 1;
  std::size_t parts = 0;  // 0: the points are kept as they are
  std::uint64_t seed = 0;
};

// Lloyd's procedure finds the centers, on `rows_a_center` rows each at most; those of inner
// products are of length 1, as faiss's are. Throws ClientError where there are fewer points than
// centers.
[[nodiscard]] InvertedLists build_lists(const Rows& points, Metric metric, const ListPlan& plan,
                                        Parallel& parallel);

// The 256 centers of each part. Throws ClientError where there are fewer rows.
[[nodiscard]] ProductQuantizer learn_parts(const Rows& rows, std::size_t parts, std::uint64_t seed,
                                           Parallel& parallel);

// For each row, part by part, the number of the nearest center.
[[nodiscard]] std::vector<std::uint8_t> encode(const Rows& rows, const ProductQuantizer& quantizer,
                                               Parallel& parallel);

}  // namespace millrace::learn::knn
