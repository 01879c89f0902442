#include "learn/lightgbm/algorithm.hpp"

#include "learn/lightgbm/contract.hpp"
#include "learn/lightgbm/explainer.hpp"
#include "learn/lightgbm/model.hpp"
#include "learn/lightgbm/train.hpp"

namespace millrace::learn::lightgbm {

const Algorithm& algorithm() {
  static const Algorithm lightgbm{contract(), train, load_model, load_explainer};
  return lightgbm;
}

}  // namespace millrace::learn::lightgbm
