#include "learn/knn/settings.hpp"

#include "learn/algorithm.hpp"
#include "learn/hyperparameters.hpp"
#include "learn/knn/contract.hpp"
#include "learn/knn/parameters.hpp"

#include <optional>
#include <string>

namespace millrace::learn::knn {

namespace {

std::size_t next_multiple(std::size_t number, std::size_t of) {
  return (number + of - 1) / of * of;
}

IndexKind kind_of(const Hyperparameters& values) {
  if (values.is("index_type", "faiss.IVFFlat")) return IndexKind::inverted_flat;
  return values.is("index_type", "faiss.IVFPQ") ? IndexKind::inverted_coded : IndexKind::flat;
}

// Bytes of a point's code where no number is given: one for two dimensions, or the next fewer.
std::size_t usual_parts(std::size_t dimensions) {
  std::size_t parts = code_parts.front();
  for (const std::size_t allowed : code_parts) {
    if (2 * allowed <= dimensions) parts = allowed;
  }
  return parts;
}

std::optional<ReductionPlan> read_reduction(const HyperparameterMap& given,
                                            const Hyperparameters& values,
                                            const Settings& settings) {
  if (!given.contains("dimension_reduction_type")) return {};
  return ReductionPlan{.kind = values.is("dimension_reduction_type", "sign") ? ReductionKind::sign
                                                                             : ReductionKind::fjlt,
                       .seed = settings.seed,
                       .target = values.count("dimension_reduction_target"),
                       .input = settings.feature_dim};
}

// The parts of a code are of the same length: points are lengthened to a multiple of their number.
void read_index(const HyperparameterMap& given, const Hyperparameters& values, Settings& settings) {
  settings.index = kind_of(values);
  if (settings.index == IndexKind::flat) return;
  if (!values.is("faiss_index_ivf_nlists", "auto"))
    settings.lists = values.count("faiss_index_ivf_nlists");
  settings.probes = values.count("_faiss_index_nprobe");
  if (settings.index == IndexKind::inverted_flat) return;
  auto& reduction = settings.plan.reduction;
  const std::size_t dimensions = reduction ? reduction->target : settings.feature_dim;
  settings.parts = given.contains("faiss_index_pq_m") ? values.count("faiss_index_pq_m")
                                                      : usual_parts(dimensions);
  const std::size_t longer = next_multiple(dimensions, settings.parts);
  if (!reduction) {
    settings.plan.padding = longer - dimensions;
    return;
  }
  if (longer >= reduction->input) {
    throw ClientError("dimension_reduction_target is raised to " + std::to_string(longer) +
                      ", a multiple of faiss_index_pq_m, which is not less than feature_dim");
  }
  reduction->target = longer;
}

}  // namespace

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
  settings.plan.reduction = read_reduction(given, values, settings);
  read_index(given, values, settings);
  return settings;
}

}  // namespace millrace::learn::knn
