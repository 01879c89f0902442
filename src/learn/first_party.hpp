// What the contracts of AWS's own algorithms have in common.
#pragma once

#include "learn/contract.hpp"

#include <array>
#include <string_view>

namespace millrace::learn {

inline constexpr std::array first_party_tags = std::to_array<std::string_view>({"1", "latest"});

inline constexpr std::array dense_types =
    std::to_array<std::string_view>({"application/x-recordio-protobuf", "text/csv"});

inline constexpr MetricDoc progress_metric{"train:progress",
                                           R"(#progress_metric: host=\S+, completed (\S+) %)", true,
                                           "The part of the epochs that is done, in percent."};

inline constexpr MetricDoc throughput_metric{
    "train:throughput", R"(#throughput_metric: host=\S+, train throughput=(\S+) records/second)",
    true, "Rows a second."};

}  // namespace millrace::learn
