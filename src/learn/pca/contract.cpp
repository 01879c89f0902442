#include "learn/pca/contract.hpp"

#include "base/text.hpp"
#include "learn/pca/parameters.hpp"

#include <string>

namespace millrace::learn::pca {
namespace {

constexpr std::array repositories = std::to_array<std::string_view>({"pca"});
constexpr std::array tags = std::to_array<std::string_view>({"1", "latest"});
constexpr std::array content_types =
    std::to_array<std::string_view>({"application/x-recordio-protobuf", "text/csv"});

constexpr std::array channels = std::to_array<ChannelDoc>({
    {"train", true, content_types, "The rows whose components are sought."},
    {"test", false, content_types,
     "Rows of which is measured at the end how much the components lose."},
});

constexpr std::array metrics = std::to_array<MetricDoc>({
    {"test:mse", R"(#quality_metric: host=\S+, test mse <loss>=(\S+))", false,
     "Beyond AWS: the mean squared distance of the test rows from what their projections tell."},
    {"train:progress", R"(#progress_metric: host=\S+, completed (\S+) %)", true,
     "The part of the epochs that is done, in percent."},
    {"train:throughput", R"(#throughput_metric: host=\S+, train throughput=(\S+) records/second)",
     true, "Rows a second."},
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
  static constexpr Contract promised{.name = "pca",
                                     .container = Container::first_party,
                                     .repositories = repositories,
                                     .tags = tags,
                                     .parameters = parameters,
                                     .channels = channels,
                                     .metrics = metrics,
                                     .further = further};
  return promised;
}

}  // namespace millrace::learn::pca
