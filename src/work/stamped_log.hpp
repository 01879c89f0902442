// Lines on standard output, where the job's or endpoint's log is taken from.
#pragma once

#include "learn/contract.hpp"

#include <string>
#include <string_view>

namespace millrace::work {

void print(std::string_view line);
// As the containers stamp their lines: the toolkit's [2026-11-21:13:30:00:INFO] text, AWS's own
// algorithms' [11/21/2026 13:30:00 INFO 4711] text.
[[nodiscard]] std::string stamped(learn::Container container, std::string_view level,
                                  std::string_view text);
void print_stamped(learn::Container container, std::string_view level, std::string_view text);

}  // namespace millrace::work
