// Several models of one kind that answer together, as those of cross validation do.
#pragma once

#include "learn/model.hpp"

#include <memory>
#include <vector>

namespace millrace::learn::xgboost {

// Classes are voted for, the smallest winning among equals; other numbers are averaged in single
// precision, as numpy does it for AWS's image. At least one model. Throws ModelError where the
// models differ in objective or outputs.
[[nodiscard]] std::unique_ptr<Model> make_ensemble(std::vector<std::unique_ptr<Model>> models);

}  // namespace millrace::learn::xgboost
