#include "learn/xgboost/algorithm.hpp"

#include "learn/xgboost/contract.hpp"
#include "learn/xgboost/explainer.hpp"
#include "learn/xgboost/model.hpp"
#include "learn/xgboost/train.hpp"

namespace millrace::learn::xgboost {

const Algorithm& algorithm() {
  static const Algorithm xgboost{contract(), train, load_model, load_explainer};
  return xgboost;
}

}  // namespace millrace::learn::xgboost
