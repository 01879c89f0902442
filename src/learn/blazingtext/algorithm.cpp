#include "learn/blazingtext/algorithm.hpp"

#include "learn/blazingtext/contract.hpp"
#include "learn/blazingtext/model.hpp"
#include "learn/blazingtext/train.hpp"

namespace millrace::learn::blazingtext {

const Algorithm& algorithm() {
  static const Algorithm blazingtext{contract(), train, load_model};
  return blazingtext;
}

}  // namespace millrace::learn::blazingtext
