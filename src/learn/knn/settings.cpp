#include "learn/knn/settings.hpp"

#include "learn/hyperparameters.hpp"
#include "learn/knn/contract.hpp"

namespace millrace::learn::knn {

Settings read_settings(const HyperparameterMap& given) {
  const Hyperparameters values(contract(), given);
  Settings settings{.feature_dim = values.count("feature_dim"),
                    .sample_size = values.count("sample_size"),
                    .seed = values.count("_seed")};
  settings.plan = {.k = values.count("k"),
                   .predictor = values.is("predictor_type", "classifier") ? Predictor::classifier
                                                                          : Predictor::regressor,
                   .metric = values.is("index_metric", "L2") ? Metric::l2 : Metric::inner_product,
                   .normalize = values.is("index_metric", "COSINE")};
  if (given.contains("dimension_reduction_type")) {
    settings.plan.reduction =
        ReductionPlan{.kind = values.is("dimension_reduction_type", "sign") ? ReductionKind::sign
                                                                            : ReductionKind::fjlt,
                      .seed = settings.seed,
                      .target = values.count("dimension_reduction_target"),
                      .input = settings.feature_dim};
  }
  return settings;
}

}  // namespace millrace::learn::knn
