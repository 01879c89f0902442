// Lines on standard output, where the job's or endpoint's log is taken from.
#pragma once

#include <string_view>

namespace millrace::work {

void print(std::string_view line);
// [2026-11-21:13:30:00:INFO] text
void print_stamped(std::string_view level, std::string_view text);

}  // namespace millrace::work
