#include "learn/kmeans/contract.hpp"

#include "learn/first_party.hpp"
#include "learn/kmeans/parameters.hpp"

namespace millrace::learn::kmeans {
namespace {

constexpr std::array repositories = std::to_array<std::string_view>({"kmeans"});

constexpr std::array channels = std::to_array<ChannelDoc>({
    {"train", true, dense_types, "The rows to cluster.", false},
    {"test", false, dense_types, "Rows whose distances from the centers are measured at the end.",
     false},
});

constexpr std::array metrics = std::to_array<MetricDoc>({
    {"test:msd", R"(#quality_metric: host=\S+, test msd <loss>=(\S+))", false,
     "The mean squared distance of the test rows from their nearest centers."},
    {"test:ssd", R"(#quality_metric: host=\S+, test ssd <loss>=(\S+))", false,
     "The sum of the squared distances of the test rows from their nearest centers."},
    {"train:msd", R"(#quality_metric: host=\S+, train msd <loss>=(\S+))", false,
     "The mean squared distance of the training rows from their nearest centers."},
    progress_metric,
    throughput_metric,
});

}  // namespace

const Contract& contract() {
  static constexpr Contract promised{.name = "kmeans",
                                     .sentence = "Finds k groups of rows that lie close together.",
                                     .container = Container::first_party,
                                     .repositories = repositories,
                                     .tags = first_party_tags,
                                     .parameters = parameters,
                                     .channels = channels,
                                     .metrics = metrics,
                                     .instances = InstanceRules{.gpu = true, .several = true},
                                     .piped_types = dense_types};
  return promised;
}

}  // namespace millrace::learn::kmeans
