#include "learn/pca/contract.hpp"

#include "base/text.hpp"
#include "learn/first_party.hpp"
#include "learn/pca/parameters.hpp"

#include <string>

namespace millrace::learn::pca {
namespace {

constexpr std::array repositories = std::to_array<std::string_view>({"pca"});

constexpr std::array channels = std::to_array<ChannelDoc>({
    {"train", true, dense_types, "The rows whose components are sought.", false},
    {"test", false, dense_types,
     "Rows of which is measured at the end how much the components lose.", false},
});

constexpr std::array metrics = std::to_array<MetricDoc>({
    {"test:mse", R"(#quality_metric: host=\S+, test mse <loss>=(\S+))", false,
     "Beyond AWS: the mean squared distance of the test rows from what their projections tell."},
    progress_metric,
    throughput_metric,
});

// More components than features there are none.
std::optional<std::string> further(const HyperparameterMap& given) {
  const auto components = base::to_integer(base::trim(given.at("num_components")));
  const auto features = base::to_integer(base::trim(given.at("feature_dim")));
  if (components <= features) return {};
  return "num_components must not be more than feature_dim: they are " +
         std::to_string(*components) + " and " + std::to_string(*features);
}

}  // namespace

const Contract& contract() {
  static constexpr Contract promised{
      .name = "pca",
      .sentence = "Describes rows by the few directions in which they vary most.",
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

}  // namespace millrace::learn::pca
