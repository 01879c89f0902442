#include "learn/algorithm.hpp"

#include "learn/xgboost/algorithm.hpp"

namespace millrace::learn {

const Algorithm* find_algorithm(std::string_view name) {
  const Algorithm& xgboost = xgboost::algorithm();
  return name == xgboost.contract.name ? &xgboost : nullptr;
}

}  // namespace millrace::learn
