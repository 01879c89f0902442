#include "learn/catboost/algorithm.hpp"

#include "learn/catboost/contract.hpp"
#include "learn/catboost/explainer.hpp"
#include "learn/catboost/model.hpp"
#include "learn/catboost/train.hpp"

namespace millrace::learn::catboost {

const Algorithm& algorithm() {
  static const Algorithm catboost{contract(), train, load_model, load_explainer};
  return catboost;
}

}  // namespace millrace::learn::catboost
