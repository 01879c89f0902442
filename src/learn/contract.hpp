// What every built-in algorithm promises, declared once: parameters, channels, content types,
// metrics. Links without the libraries; validates CreateTrainingJob, prints the help, and is the
// source of the manual.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace::learn {

enum class ParameterKind {
  integer,
  number,
  text,
  choice,
  flag,
  list,       // comma-separated choices
  json_list,  // ["a", "b"], of choices
};

// On which scale a tuner looks for the best value.
enum class Scale { linear, logarithmic };

// Whose container of AWS's an algorithm stands in for: its words, its log, its formats.
enum class Container {
  toolkit,      // XGBoost's, on the open toolkit
  first_party,  // AWS's own algorithms'
};

struct ParameterDoc {
  std::string_view name;
  ParameterKind kind;
  std::string_view otherwise;  // the default as text; empty where there is none
  bool required = false;
  std::optional<double> least;  // bounds, inclusive unless said
  std::optional<double> most;
  bool least_exclusive = false;
  bool most_exclusive = false;
  std::span<const std::string_view> choices = {};
  std::string_view word = {};  // that may stand for a value: auto
  bool tunable = false;
  Scale scale = Scale::linear;
  std::string_view sentence;
};

struct ChannelDoc {
  std::string_view name;
  bool required;
  std::span<const std::string_view> content_types;
  std::string_view sentence;
  bool labelled = true;  // whether the first column of CSV has a use as a label
};

struct MetricDoc {
  std::string_view name;   // "validation:auc"
  std::string_view regex;  // on a log line; the first group is the value
  bool maximize;
  std::string_view sentence;
};

// What AWS documents of the machines that its image trains on, and what holds here.
struct InstanceRules {
  bool gpu = false;          // it can use their accelerators
  bool several = false;      // some of them can train one model
  bool distributed = false;  // so it is here: each instance is a process
};

using HyperparameterMap = std::map<std::string, std::string>;

struct Contract {
  std::string_view name;  // "xgboost"
  std::string_view sentence;
  Container container = Container::toolkit;
  std::span<const std::string_view> repositories;  // of AWS's images, the one that is served first:
                                                   // "sagemaker-xgboost", "xgboost"
  std::span<const std::string_view> tags;          // that are served: "1.7-1", ...
  std::span<const ParameterDoc> parameters;
  std::span<const ChannelDoc> channels;
  std::span<const MetricDoc> metrics;
  InstanceRules instances = {};
  // Content types that AWS's image reads from a pipe; none: it does not read from pipes.
  std::span<const std::string_view> piped_types = {};
  // Attributes that it reads from the lines of an augmented manifest: all of them, or it reads
  // none.
  std::span<const std::string_view> manifest_attributes = {};
  bool checkpoints = false;  // whether its training writes them, and goes on from them
  std::span<const std::pair<std::string_view, std::string_view>> aliases = {};  // other name, name
  // Rules across parameters, beyond each one's own; the message, or nothing when all is well.
  std::optional<std::string> (*further)(const HyperparameterMap& given) = nullptr;
};

[[nodiscard]] std::span<const Contract* const> contracts();

// AWS's image URIs, in any account and region, by repository and tag:
// ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG.
struct Image {
  const Contract* contract = nullptr;  // null: the repository is none of ours
  std::string repository;
  std::string tag;  // without -cpu-py3; "latest" where none is given; empty for a digest
  bool tag_known = false;
};
[[nodiscard]] std::optional<Image> parse_image(
    std::string_view uri);  // nothing when it is no image URI

// The first violation in the words that AWS's algorithms use, or nothing. Unknown names are
// violations.
[[nodiscard]] std::optional<std::string> check_hyperparameters(const Contract& contract,
                                                               const HyperparameterMap& given);

}  // namespace millrace::learn
