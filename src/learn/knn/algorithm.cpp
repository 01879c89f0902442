#include "learn/knn/algorithm.hpp"

#include "learn/knn/contract.hpp"
#include "learn/knn/model.hpp"
#include "learn/knn/train.hpp"

namespace millrace::learn::knn {

const Algorithm& algorithm() {
  static const Algorithm knn{contract(), train, load_model};
  return knn;
}

}  // namespace millrace::learn::knn
