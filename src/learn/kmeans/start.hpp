// The first centers of a clustering.
#pragma once

#include "learn/draw.hpp"
#include "learn/nearest.hpp"

#include <span>
#include <vector>

namespace millrace::learn::kmeans {

enum class Start { random, plus_plus };

// `count` of the rows, one after another. `weights` has one for each row, or is empty; rows without
// weight are not taken. Random: different rows. k-means++ (Arthur and Vassilvitskii, 2007): each
// with a probability in proportion to its weighted squared distance from those before it, the best
// of a few drawn.
[[nodiscard]] std::vector<float> first_centers(const Rows& rows, std::span<const float> weights,
                                               std::size_t count, Start start, Draw& draw);

}  // namespace millrace::learn::kmeans
