#include "learn/algorithm.hpp"

#include "learn/blazingtext/algorithm.hpp"
#include "learn/catboost/algorithm.hpp"
#include "learn/factorization_machines/algorithm.hpp"
#include "learn/ip_insights/algorithm.hpp"
#include "learn/kmeans/algorithm.hpp"
#include "learn/knn/algorithm.hpp"
#include "learn/lda/algorithm.hpp"
#include "learn/lightgbm/algorithm.hpp"
#include "learn/linear_learner/algorithm.hpp"
#include "learn/pca/algorithm.hpp"
#include "learn/random_cut_forest/algorithm.hpp"
#include "learn/xgboost/algorithm.hpp"

#include <algorithm>
#include <array>

namespace millrace::learn {

const Algorithm* find_algorithm(std::string_view name) {
  const std::array all = {&xgboost::algorithm(),
                          &lightgbm::algorithm(),
                          &catboost::algorithm(),
                          &blazingtext::algorithm(),
                          &kmeans::algorithm(),
                          &lda::algorithm(),
                          &pca::algorithm(),
                          &knn::algorithm(),
                          &random_cut_forest::algorithm(),
                          &factorization_machines::algorithm(),
                          &ip_insights::algorithm(),
                          &linear_learner::algorithm()};
  const auto found = std::ranges::find_if(
      all, [&](const Algorithm* algorithm) { return algorithm->contract.name == name; });
  return found == all.end() ? nullptr : *found;
}

}  // namespace millrace::learn
