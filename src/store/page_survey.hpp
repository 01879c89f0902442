// The pages of the database file and their checksums, without SQLite: it stops at the first that is
// damaged.
#pragma once

#include "base/files.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace millrace::store {

struct PageSurvey {
  std::uint64_t sound = 0;
  std::vector<std::uint64_t> damaged;  // their numbers, from 1
  // Torn, but whole in the log: the process ended while it was moving them from there.
  std::uint64_t mended_by_log = 0;
};

[[nodiscard]] PageSurvey survey_pages(base::Files& files, const std::string& path);

}  // namespace millrace::store
