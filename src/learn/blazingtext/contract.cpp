#include "learn/blazingtext/contract.hpp"

#include "base/text.hpp"
#include "learn/blazingtext/parameters.hpp"
#include "learn/first_party.hpp"

#include <algorithm>
#include <string>

namespace millrace::learn::blazingtext {
namespace {

constexpr std::array repositories = std::to_array<std::string_view>({"blazingtext"});
constexpr std::array content_types =
    std::to_array<std::string_view>({"text/plain", "application/jsonlines"});
// The last: what AWS's examples call an augmented manifest.
constexpr std::array piped_types = std::to_array<std::string_view>(
    {"text/plain", "application/jsonlines", "application/x-recordio"});
constexpr std::array manifest_attributes = std::to_array<std::string_view>({"source", "label"});

constexpr std::array channels = std::to_array<ChannelDoc>({
    {"train", true, content_types,
     "A sentence a line, its words parted by blanks; supervised: labels are words that begin with "
     "__label__, or a line is a JSON object with source and label."},
    {"validation", false, content_types,
     "supervised: lines like those of the train channel, on which accuracy is measured."},
});

constexpr std::array metrics = std::to_array<MetricDoc>({
    {"train:mean_rho", R"(#mean_rho: (\S+))", true,
     "The mean of Spearman's rank correlations of the vectors' cosines with the scores of "
     "WordSimilarity-353 and its two parts."},
    {"train:accuracy", R"(#train_accuracy: (\S+))", true,
     "The part of the training lines whose most probable label is one of theirs."},
    {"validation:accuracy", R"(#validation_accuracy: (\S+))", true,
     "The part of the validation lines whose most probable label is one of theirs."},
});

constexpr std::array only_supervised =
    std::to_array<std::string_view>({"early_stopping", "min_epochs", "patience", "word_ngrams"});
constexpr std::array only_vectors = std::to_array<std::string_view>(
    {"batch_size", "evaluation", "max_char", "min_char", "negative_samples", "sampling_threshold",
     "subwords", "window_size"});

bool is_true(const HyperparameterMap& given, const char* name) {
  const auto found = given.find(name);
  return found != given.end() && (base::lower(found->second) == "true" || found->second == "1");
}

std::int64_t number(const HyperparameterMap& given, const char* name, std::int64_t otherwise) {
  const auto found = given.find(name);
  return found == given.end() ? otherwise
                              : base::to_integer(base::trim(found->second)).value_or(otherwise);
}

std::optional<std::string> without_effect(const HyperparameterMap& given, std::string_view mode,
                                          std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    if (given.contains(std::string(name)))
      return std::string(name) + " has no effect in mode " + std::string(mode);
  }
  return {};
}

std::optional<std::string> contradictions(const HyperparameterMap& given) {
  const std::string& mode = given.at("mode");
  if (mode == "supervised") return without_effect(given, mode, only_vectors);
  if (auto wrong = without_effect(given, mode, only_supervised)) return wrong;
  if (!is_true(given, "subwords")) return {};
  if (mode == "batch_skipgram") return "subwords are learned in the modes skipgram and cbow only";
  const std::int64_t least = number(given, "min_char", 3);
  const std::int64_t most = number(given, "max_char", 6);
  if (least <= most) return {};
  return "min_char " + std::to_string(least) + " is more than max_char " + std::to_string(most);
}

}  // namespace

const Contract& contract() {
  static constexpr Contract promised{
      .name = "blazingtext",
      .sentence = "Learns vectors for words, or to tell what class a text is of.",
      .container = Container::first_party,
      .repositories = repositories,
      .tags = first_party_tags,
      .parameters = parameters,
      .channels = channels,
      .metrics = metrics,
      .instances = InstanceRules{.gpu = true, .several = true},
      .piped_types = piped_types,
      .manifest_attributes = manifest_attributes,
      .further = contradictions};
  return promised;
}

}  // namespace millrace::learn::blazingtext
