// How much memory the control groups that a process is in leave it.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

namespace millrace::learn {

// The least limit in bytes of the process's own group and those above it, in either version of
// Linux's control groups. `groups` is where these are mounted, /sys/fs/cgroup; `own` what the
// process's /proc/self/cgroup says. Nothing where no group sets one.
[[nodiscard]] std::optional<double> memory_limit(const std::filesystem::path& groups,
                                                 std::string_view own);

}  // namespace millrace::learn
