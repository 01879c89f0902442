#include "learn/memory_limit.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace millrace::learn {
namespace {

namespace fs = std::filesystem;

// "max" is no number, and no limit.
std::optional<double> limit_in(const fs::path& path) {
  std::ifstream file(path);
  std::string word;
  file >> word;
  std::uint64_t bytes = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), bytes);
  if (error != std::errc() || end != word.data() + word.size()) return {};
  return static_cast<double>(bytes);
}

// From the group up to the root. Inside of a container the groups above its own are not there.
std::optional<double> least_limit(const fs::path& root, const fs::path& group, const char* file) {
  std::optional<double> least;
  for (fs::path at = group.lexically_normal();; at = at.parent_path()) {
    const auto found = limit_in(root / at.relative_path() / file);
    if (found) least = std::min(least.value_or(*found), *found);
    if (at == at.parent_path()) return least;
  }
}

}  // namespace

// A line is "4:memory:/group" in version 1, "0::/group" in version 2.
std::optional<double> memory_limit(const fs::path& groups, std::string_view own) {
  std::optional<double> least;
  for (const std::string_view line : base::split(own, '\n')) {
    const auto pieces = base::split(line, ':');
    if (pieces.size() < 3) continue;
    const fs::path group = line.substr(pieces[0].size() + pieces[1].size() + 2);
    const auto controllers = base::split(pieces[1], ',');
    const bool is_first = std::ranges::find(controllers, "memory") != controllers.end();
    if (!is_first && !pieces[1].empty()) continue;
    const auto found = is_first ? least_limit(groups / "memory", group, "memory.limit_in_bytes")
                                : least_limit(groups, group, "memory.max");
    if (found) least = std::min(least.value_or(*found), *found);
  }
  return least;
}

}  // namespace millrace::learn
