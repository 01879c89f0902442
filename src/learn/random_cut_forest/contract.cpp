#include "learn/random_cut_forest/contract.hpp"

#include "learn/first_party.hpp"
#include "learn/random_cut_forest/parameters.hpp"

namespace millrace::learn::random_cut_forest {
namespace {

constexpr std::array repositories = std::to_array<std::string_view>({"randomcutforest"});

constexpr std::array channels = std::to_array<ChannelDoc>({
    {"train", true, dense_types, "The rows that the forest learns to find ordinary.", false},
    {"test", false, dense_types,
     "Rows with a label, 1 for an anomaly and 0 for an ordinary row, on which the scores are "
     "measured at the end."},
});

constexpr std::array metrics = std::to_array<MetricDoc>({
    {"test:f1", R"(#quality_metric: host=\S+, test f1 <score>=(\S+))", true,
     "The F1 score of the anomalies found among the test rows."},
    {"test:accuracy", R"(#quality_metric: host=\S+, test accuracy <score>=(\S+))", true,
     "The part of the test rows that is labelled rightly."},
    {"test:precision", R"(#quality_metric: host=\S+, test precision <score>=(\S+))", true,
     "The part of the anomalies found that are anomalies."},
    {"test:recall", R"(#quality_metric: host=\S+, test recall <score>=(\S+))", true,
     "The part of the anomalies that is found."},
    {"test:negative_f1", R"(#quality_metric: host=\S+, test negative_f1 <score>=(\S+))", true,
     "The F1 score of the ordinary rows."},
    {"test:negative_precision",
     R"(#quality_metric: host=\S+, test negative_precision <score>=(\S+))", true,
     "The part of the rows found ordinary that are ordinary."},
    {"test:negative_recall", R"(#quality_metric: host=\S+, test negative_recall <score>=(\S+))",
     true, "The part of the ordinary rows that is found ordinary."},
    progress_metric,
    throughput_metric,
});

}  // namespace

const Contract& contract() {
  static constexpr Contract promised{.name = "randomcutforest",
                                     .sentence = "Scores how unlike all others a row is.",
                                     .container = Container::first_party,
                                     .repositories = repositories,
                                     .tags = first_party_tags,
                                     .parameters = parameters,
                                     .channels = channels,
                                     .metrics = metrics,
                                     .instances = InstanceRules{.several = true},
                                     .piped_types = dense_types};
  return promised;
}

}  // namespace millrace::learn::random_cut_forest
