#include "learn/lda/algorithm.hpp"

#include "learn/lda/contract.hpp"
#include "learn/lda/model.hpp"
#include "learn/lda/train.hpp"

namespace millrace::learn::lda {

const Algorithm& algorithm() {
  static const Algorithm lda{contract(), train, load_model};
  return lda;
}

}  // namespace millrace::learn::lda
