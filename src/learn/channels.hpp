// The channels of a training job: which there are, and the files of one that hold data.
#pragma once

#include "learn/algorithm.hpp"

#include <string_view>
#include <vector>

namespace millrace::learn {

[[nodiscard]] const Channel* find_channel(const std::vector<Channel>& channels,
                                          std::string_view name);

// Throws ClientError for a required channel that is missing and for one that the contract does not
// have.
void check_channels(const Contract& contract, const std::vector<Channel>& channels);

// What frameworks leave beside their data, such as Spark's _SUCCESS, is no data; a hidden file is a
// ClientError, as with AWS.
[[nodiscard]] std::vector<table::Input> data_files(const Channel& channel);

}  // namespace millrace::learn
