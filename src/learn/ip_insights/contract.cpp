#include "learn/ip_insights/contract.hpp"

#include "base/text.hpp"
#include "learn/first_party.hpp"
#include "learn/ip_insights/parameters.hpp"

#include <cstdint>
#include <string>

namespace millrace::learn::ip_insights {
namespace {

constexpr std::array repositories = std::to_array<std::string_view>({"ipinsights"});
constexpr std::array content_types = std::to_array<std::string_view>({"text/csv"});

constexpr std::array channels = std::to_array<ChannelDoc>({
    {"train", true, content_types, "Rows of an entity and the IPv4 address it was seen at."},
    {"validation", false, content_types,
     "Rows that are to be told from made-up ones after each epoch."},
});

constexpr std::array metrics = std::to_array<MetricDoc>({
    {"validation:discriminator_auc",
     R"(#quality_metric: host=\S+, epoch=\S+, validation discriminator_auc <score>=(\S+))", true,
     "The area under the curve with which the score tells the rows from made-up ones."},
    {"train:binary_classification_accuracy:epoch",
     R"(#quality_metric: host=\S+, epoch=\S+, train binary_classification_accuracy <score>=(\S+))",
     true, "The part of the training pairs on the right side, over an epoch."},
    {"train:binary_classification_accuracy",
     R"(#quality_metric: host=\S+, epoch=\S+, batch=\S+ train binary_classification_accuracy <score>=(\S+))",
     true, "The part of the training pairs on the right side, in a mini-batch."},
    {"train:binary_classification_cross_entropy:epoch",
     R"(#quality_metric: host=\S+, epoch=\S+, train binary_classification_cross_entropy <loss>=(\S+))",
     false, "The mean log loss of the training pairs, over an epoch."},
    {"train:binary_classification_cross_entropy",
     R"(#quality_metric: host=\S+, epoch=\S+, batch=\S+ train binary_classification_cross_entropy <loss>=(\S+))",
     false, "The mean log loss of the training pairs, in a mini-batch."},
    progress_metric,
    throughput_metric,
});

std::int64_t rate(const HyperparameterMap& given, const std::string& name) {
  const auto found = given.find(name);
  if (found == given.end()) return 1;
  return base::to_integer(base::trim(found->second)).value_or(0);
}

// Without made-up pairs there is nothing to tell apart.
std::optional<std::string> further(const HyperparameterMap& given) {
  const std::int64_t sum =
      rate(given, "random_negative_sampling_rate") + rate(given, "shuffled_negative_sampling_rate");
  constexpr std::int64_t greatest = 500;
  if (sum >= 1 && sum <= greatest) return {};
  return "The sum of random_negative_sampling_rate and shuffled_negative_sampling_rate must be in "
         "[1, 500]: it is " +
         std::to_string(sum);
}

}  // namespace

const Contract& contract() {
  static constexpr Contract promised{
      .name = "ipinsights",
      .sentence = "Tells how unusual an IPv4 address is for a user, account or other entity.",
      .container = Container::first_party,
      .repositories = repositories,
      .tags = first_party_tags,
      .parameters = parameters,
      .channels = channels,
      .metrics = metrics,
      .instances = InstanceRules{.gpu = true, .several = true},
      .further = further};
  return promised;
}

}  // namespace millrace::learn::ip_insights
