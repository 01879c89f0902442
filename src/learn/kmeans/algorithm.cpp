#include "learn/kmeans/algorithm.hpp"

#include "learn/kmeans/contract.hpp"
#include "learn/kmeans/model.hpp"
#include "learn/kmeans/train.hpp"

namespace millrace::learn::kmeans {

const Algorithm& algorithm() {
  static const Algorithm kmeans{contract(), train, load_model};
  return kmeans;
}

}  // namespace millrace::learn::kmeans
