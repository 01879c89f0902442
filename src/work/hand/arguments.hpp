// The words behind `millrace train` and `millrace predict`, read against an algorithm's contract.
#pragma once

#include "learn/contract.hpp"

#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::work::hand {

// The words are not understood; the message says which, and what helps.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct ChannelArgument {
  std::string name;
  std::filesystem::path path;  // a file, or a folder of files
};

struct TrainArguments {
  learn::HyperparameterMap hyperparameters;
  std::vector<ChannelArgument> channels;
  std::filesystem::path model;
  std::filesystem::path checkpoints;  // empty: none are written
  std::string content_type;           // of all channels; empty: by the files' names
  int threads = 1;
};

struct PredictArguments {
  std::filesystem::path model;
  std::filesystem::path rows;
  std::filesystem::path output;  // empty: standard output
  std::string content_type;      // empty: by the file's name
  std::string accept;
  bool contributions = false;  // instead of predictions
  bool importance = false;     // instead of them, of the model alone: without rows
};

// The built-in algorithm of that name; throws UsageError.
[[nodiscard]] const learn::Contract& find_contract(std::string_view algorithm);

// `words` are those behind the algorithm's name. Both throw UsageError.
[[nodiscard]] TrainArguments parse_train(const learn::Contract& contract,
                                         std::span<const std::string_view> words);
[[nodiscard]] PredictArguments parse_predict(std::span<const std::string_view> words);

}  // namespace millrace::work::hand
