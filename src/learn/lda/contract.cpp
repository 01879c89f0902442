#include "learn/lda/contract.hpp"

#include "learn/first_party.hpp"
#include "learn/lda/parameters.hpp"

namespace millrace::learn::lda {
namespace {

constexpr std::array repositories = std::to_array<std::string_view>({"lda"});

// CSV is read from files alone.
constexpr std::array piped_types =
    std::to_array<std::string_view>({"application/x-recordio-protobuf"});

constexpr std::array channels = std::to_array<ChannelDoc>({
    {"train", true, dense_types, "Documents: how often each word occurs in each.", false},
    {"test", false, dense_types, "Documents whose likelihood is measured at the end.", false},
});

constexpr std::array metrics = std::to_array<MetricDoc>({
    {"test:pwll", R"(#quality_metric: host=\S+, test pwll <score>=(\S+))", true,
     "The logarithm of the test documents' likelihood, by word."},
});

}  // namespace

const Contract& contract() {
  static constexpr Contract promised{.name = "lda",
                                     .sentence = "Finds the topics that documents mix.",
                                     .container = Container::first_party,
                                     .repositories = repositories,
                                     .tags = first_party_tags,
                                     .parameters = parameters,
                                     .channels = channels,
                                     .metrics = metrics,
                                     .piped_types = piped_types};
  return promised;
}

}  // namespace millrace::learn::lda
