#include "work/hand/partial_folder.hpp"

#include "work/hand/arguments.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace millrace::work::hand {
namespace {

namespace fs = std::filesystem;

std::string beginning_of(const fs::path& target) {
  return target.filename().string() + ".partial-";
}

// Nothing but what this class names so.
bool is_partial(std::string_view name, std::string_view beginning) {
  if (!name.starts_with(beginning) || name.size() == beginning.size()) return false;
  return std::ranges::all_of(name.substr(beginning.size()),
                             [](char letter) { return letter >= '0' && letter <= '9'; });
}

// The folder's lock, or -1 where another training has it or there is no folder.
int lock(const fs::path& folder) {
  const int opened = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (opened < 0) return -1;
  if (flock(opened, LOCK_EX | LOCK_NB) == 0) return opened;
  close(opened);
  return -1;
}

void remove_left_behind(const fs::path& target) {
  const fs::path parent = target.has_parent_path() ? target.parent_path() : ".";
  std::error_code ignored;
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator(parent, ignored))
    if (is_partial(entry.path().filename().string(), beginning_of(target)))
      found.push_back(entry.path());
  for (const fs::path& folder : found) {
    const int held = lock(folder);
    if (held < 0) continue;
    fs::remove_all(folder, ignored);
    close(held);
  }
}

}  // namespace

PartialFolder::PartialFolder(const fs::path& target)
    : target_(target), path_(target.string() + ".partial-" + std::to_string(getpid())) {
  if (fs::exists(target) && (!fs::is_directory(target) || !fs::is_empty(target)))
    throw UsageError("'" + target.string() + "' is there and not empty; --model wants a new one");
  remove_left_behind(target);
  fs::create_directories(path_);
  lock_ = lock(path_);
}

PartialFolder::~PartialFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
  if (lock_ >= 0) close(lock_);
}

void PartialFolder::keep() {
  fs::remove(target_);
  fs::rename(path_, target_);
}

}  // namespace millrace::work::hand
