// Which labels an objective can learn from, said before training in the library's words.
#pragma once

#include <string_view>
#include <vector>

namespace millrace::learn::xgboost {

// Throws ClientError for the first label that does not fit. `classes` is num_class, 0 where it was
// not given.
void check_labels(std::string_view objective, int classes, const std::vector<float>& labels);

}  // namespace millrace::learn::xgboost
