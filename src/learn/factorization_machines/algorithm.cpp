#include "learn/factorization_machines/algorithm.hpp"

#include "learn/factorization_machines/contract.hpp"
#include "learn/factorization_machines/model.hpp"
#include "learn/factorization_machines/train.hpp"

namespace millrace::learn::factorization_machines {

const Algorithm& algorithm() {
  static const Algorithm machines{contract(), train, load_model};
  return machines;
}

}  // namespace millrace::learn::factorization_machines
