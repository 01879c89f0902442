#include "learn/linear_learner/algorithm.hpp"

#include "learn/linear_learner/contract.hpp"
#include "learn/linear_learner/model.hpp"
#include "learn/linear_learner/train.hpp"

namespace millrace::learn::linear_learner {

const Algorithm& algorithm() {
  static const Algorithm linear_learner{contract(), train, load_model};
  return linear_learner;
}

}  // namespace millrace::learn::linear_learner
