#include "learn/ip_insights/algorithm.hpp"

#include "learn/ip_insights/contract.hpp"
#include "learn/ip_insights/model.hpp"
#include "learn/ip_insights/train.hpp"

namespace millrace::learn::ip_insights {

const Algorithm& algorithm() {
  static const Algorithm insights{contract(), train, load_model};
  return insights;
}

}  // namespace millrace::learn::ip_insights
