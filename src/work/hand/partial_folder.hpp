// Where a model grows until it is whole.
#pragma once

#include <filesystem>

namespace millrace::work::hand {

// A folder beside the target; gone at the end, whatever happens, and the target whole or not there.
// It is locked as long as it is in use: what a training left behind that was killed is removed by
// the next one for the same target.
class PartialFolder {
 public:
  // Throws UsageError where the target is there and not empty.
  explicit PartialFolder(const std::filesystem::path& target);
  ~PartialFolder();
  PartialFolder(const PartialFolder&) = delete;
  PartialFolder& operator=(const PartialFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  // Makes it the target.
  void keep();

 private:
  std::filesystem::path target_;
  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace millrace::work::hand
