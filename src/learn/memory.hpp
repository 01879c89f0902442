// Whether the memory that a training needs is there.
#pragma once

#include "learn/algorithm.hpp"

#include <string_view>

namespace millrace::learn {

// Says the estimate in the log; ClientError where there is less, ending with `advice`.
void check_memory(double needed_bytes, std::string_view what, std::string_view advice,
                  const Training& training);

// Says in the log how much memory the training takes at its peak, `bytes` beside the program in
// each of its processes, and how much there is: what the machine has, or less where a control group
// leaves less. ClientError where that is too little, ending with `advice`.
void check_peak(double bytes, std::string_view advice, const Training& training);

}  // namespace millrace::learn
