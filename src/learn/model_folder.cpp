#include "learn/model_folder.hpp"

#include "learn/algorithm.hpp"

#include <fstream>
#include <iterator>
#include <string>

namespace millrace::learn {
namespace {

constexpr const char* model_file = "model_algo-1";

}  // namespace

void save_arrays(const std::filesystem::path& folder, const std::vector<Array>& arrays) {
  std::filesystem::create_directories(folder);
  const std::string bytes = write_arrays(arrays);
  std::ofstream file(folder / model_file, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file)
    throw AlgorithmError("the model could not be written to " + (folder / model_file).string());
}

std::vector<Array> load_arrays(const std::filesystem::path& folder) {
  std::ifstream file(folder / model_file, std::ios::binary);
  if (!file) throw ModelError("the model has no file " + std::string(model_file));
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  try {
    return read_arrays(bytes);
  } catch (const ArraysError& error) {
    throw ModelError(std::string(model_file) + ": " + error.what());
  }
}

}  // namespace millrace::learn
