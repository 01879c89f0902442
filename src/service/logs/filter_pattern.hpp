// FilterLogEvents' pattern of terms: all words must occur, "quoted phrases" as they stand, -words
// must not, of ?words one suffices.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::logs {

struct FilterPattern {
  std::vector<std::string> all;
  std::vector<std::string> any;
  std::vector<std::string> none;

  [[nodiscard]] bool matches(std::string_view message) const;
};

// Patterns on JSON ({...}), on columns ([...]) and regular expressions (%...%) throw aws::Error
// NotImplemented by name.
[[nodiscard]] FilterPattern parse_filter_pattern(std::string_view text);

}  // namespace millrace::service::logs
