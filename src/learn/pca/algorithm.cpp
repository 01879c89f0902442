#include "learn/pca/algorithm.hpp"

#include "learn/pca/contract.hpp"
#include "learn/pca/model.hpp"
#include "learn/pca/train.hpp"

namespace millrace::learn::pca {

const Algorithm& algorithm() {
  static const Algorithm pca{contract(), train, load_model};
  return pca;
}

}  // namespace millrace::learn::pca
