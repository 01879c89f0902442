// Web-scale k-means (Sculley, 2010) as AWS modified it: mini-batches stream by, each moves the
// centers that its rows are nearest to.
#pragma once

#include "learn/nearest.hpp"

#include <cstddef>
#include <vector>

namespace millrace::learn::kmeans {

struct StreamedCenters {
  std::vector<float> centers;
  std::vector<float> weights;  // of the rows that each has taken up; an old row counts less when
                               // there is a half-life
};

// A center c of weight n that gets m rows with mean d becomes (n c + m d) / (n + m). Before that
// all weights are halved for every `half_life` rows of the batch; 0: never.
void absorb(StreamedCenters& state, const Rows& batch, double half_life, Parallel& parallel);

}  // namespace millrace::learn::kmeans
