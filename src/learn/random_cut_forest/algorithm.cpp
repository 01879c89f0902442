#include "learn/random_cut_forest/algorithm.hpp"

#include "learn/random_cut_forest/contract.hpp"
#include "learn/random_cut_forest/model.hpp"
#include "learn/random_cut_forest/train.hpp"

namespace millrace::learn::random_cut_forest {

const Algorithm& algorithm() {
  static const Algorithm forest{contract(), train, load_model};
  return forest;
}

}  // namespace millrace::learn::random_cut_forest
