// Files that were named on the command line as channels and requests.
#pragma once

#include "learn/contract.hpp"
#include "work/hand/arguments.hpp"
#include "work/spec.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace millrace::work::hand {

// By the end of the name; empty where it says nothing.
[[nodiscard]] std::string content_type_of(const std::filesystem::path& file);

// A channel for each name, with the files of all its paths, those of a folder in the order of their
// names. CSV has no label where the algorithm has no use for one. Throws UsageError.
[[nodiscard]] std::vector<Channel> channels_of(const learn::Contract& contract,
                                               const TrainArguments& arguments);

// How many numbers a row has beside its label, where the first line of the first channel tells: the
// hyperparameter feature_dim, which nobody wants to count by hand. Empty where it does not. Throws
// learn::ClientError for CSV without rows, or with a label alone.
[[nodiscard]] std::string features_of(const std::vector<Channel>& channels);

}  // namespace millrace::work::hand
