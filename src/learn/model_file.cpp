#include "learn/model_file.hpp"

#include "base/text.hpp"
#include "learn/model.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>

namespace millrace::learn {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t model_limit = std::uintmax_t{8} << 30;

}  // namespace

std::vector<fs::path> model_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator(folder, failure)) {
    if (entry.is_regular_file() && !entry.path().filename().string().starts_with("."))
      files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

fs::path find_model_file(const fs::path& folder, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    if (fs::is_regular_file(folder / name)) return folder / name;
  }
  const auto files = model_files(folder);
  if (files.size() == 1) return files.front();
  const std::vector<std::string> known(names.begin(), names.end());
  throw ModelError("there is no " + base::join(known, " or ") + " in " + folder.string());
}

std::string read_model_file(const fs::path& path) {
  if (fs::file_size(path) > model_limit) throw ModelError("the model is too large");
  std::ifstream file(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (!file) throw ModelError("the model cannot be read");
  return bytes;
}

}  // namespace millrace::learn
