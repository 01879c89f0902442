// A sample of rows that stream by, each with the same chance of being in it.
#pragma once

#include "learn/draw.hpp"

#include <cstddef>
#include <vector>

namespace millrace::learn::knn {

// The numbers of `size` of `rows` rows, ascending; all of them where there are not more (Vitter's
// algorithm R, 1985).
[[nodiscard]] std::vector<std::size_t> reservoir_sample(std::size_t rows, std::size_t size,
                                                        Draw& draw);

}  // namespace millrace::learn::knn
