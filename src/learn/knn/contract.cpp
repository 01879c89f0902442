#include "learn/knn/contract.hpp"

#include "base/text.hpp"
#include "learn/first_party.hpp"
#include "learn/knn/parameters.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace millrace::learn::knn {
namespace {

constexpr std::array repositories = std::to_array<std::string_view>({"knn"});

constexpr std::array channels = std::to_array<ChannelDoc>({
    {"train", true, dense_types, "Rows with labels, among which neighbors are sought."},
    {"test", false, dense_types, "Rows with labels, whose predictions are measured at the end."},
});

constexpr std::array metrics = std::to_array<MetricDoc>({
    {"test:accuracy", R"(#quality_metric: host=\S+, test accuracy <score>=(\S+))", true,
     "Of a classifier: the part of the test rows whose label was predicted."},
    {"test:mse", R"(#quality_metric: host=\S+, test mse <loss>=(\S+))", false,
     "Of a regressor: the mean squared error of the test rows' predictions."},
    progress_metric,
    throughput_metric,
});

std::string text_of(const HyperparameterMap& given, const std::string& name) {
  const auto found = given.find(name);
  return found == given.end() ? "" : found->second;
}

std::optional<std::string> check_parts(const HyperparameterMap& given) {
  if (!given.contains("faiss_index_pq_m")) return {};
  const auto parts = base::to_integer(base::trim(given.at("faiss_index_pq_m")));
  const auto is_it = [&](std::size_t allowed) {
    return parts == static_cast<std::int64_t>(allowed);
  };
  if (std::ranges::any_of(code_parts, is_it)) return {};
  return "faiss_index_pq_m is " + std::to_string(parts.value_or(0)) +
         ", but it must be 1, 2, 3, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 56, 64 or 96";
}

std::optional<std::string> check_index(const HyperparameterMap& given) {
  const std::string type = text_of(given, "index_type");
  const bool coded = type == "faiss.IVFPQ";
  if (given.contains("faiss_index_pq_m") && !coded)
    return "Hyperparameter 'faiss_index_pq_m' should only be set when 'index_type' = "
           "'faiss.IVFPQ'.";
  const std::string metric = text_of(given, "index_metric");
  if (coded && !metric.empty() && metric != "L2")
    return "index_metric " + metric + " is not supported with index_type faiss.IVFPQ";
  if (coded || type == "faiss.IVFFlat") return check_parts(given);
  for (const char* const name : {"faiss_index_ivf_nlists", "_faiss_index_nprobe"}) {
    if (given.contains(name) && given.at(name) != "auto")
      return std::string(name) + " has no effect with index_type faiss.Flat";
  }
  return {};
}

std::optional<std::string> check_reduction(const HyperparameterMap& given) {
  const bool has_type = given.contains("dimension_reduction_type");
  const bool has_target = given.contains("dimension_reduction_target");
  if (has_type && !has_target)
    return "dimension_reduction_target is required with dimension_reduction_type";
  if (!has_type && has_target)
    return "dimension_reduction_target is given without dimension_reduction_type";
  if (!has_type) return {};
  const auto target = base::to_integer(base::trim(given.at("dimension_reduction_target")));
  const auto features = base::to_integer(base::trim(given.at("feature_dim")));
  if (target < features) return {};
  return "dimension_reduction_target must be less than feature_dim: they are " +
         std::to_string(*target) + " and " + std::to_string(*features);
}

std::optional<std::string> further(const HyperparameterMap& given) {
  const auto wrong = check_index(given);
  return wrong ? wrong : check_reduction(given);
}

}  // namespace

const Contract& contract() {
  static constexpr Contract promised{
      .name = "knn",
      .sentence = "Tells a row's class or value from the rows that are nearest to it.",
      .container = Container::first_party,
      .repositories = repositories,
      .tags = first_party_tags,
      .parameters = parameters,
      .channels = channels,
      .metrics = metrics,
      .instances = InstanceRules{.gpu = true, .several = true},
      .piped_types = dense_types,
      .further = further};
  return promised;
}

}  // namespace millrace::learn::knn
