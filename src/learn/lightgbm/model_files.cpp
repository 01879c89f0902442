#include "learn/lightgbm/model_files.hpp"

#include "learn/algorithm.hpp"
#include "learn/lightgbm/pickle.hpp"
#include "learn/model.hpp"

#include <cstdint>
#include <fstream>
#include <iterator>
#include <vector>

namespace millrace::learn::lightgbm {
namespace {

constexpr const char* text_file = "model.txt";
constexpr const char* pickle_file = "model.pkl";  // as AWS's script calls it
constexpr std::uintmax_t model_limit = std::uintmax_t{8} << 30;

void write(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw AlgorithmError("the model could not be written to " + path.string());
}

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    if (entry.is_regular_file() && !entry.path().filename().string().starts_with("."))
      files.push_back(entry.path());
  }
  return files;
}

std::filesystem::path find_model(const std::filesystem::path& folder) {
  for (const char* name : {text_file, pickle_file}) {
    if (std::filesystem::exists(folder / name)) return folder / name;
  }
  const auto files = files_of(folder);
  if (files.size() == 1) return files.front();
  throw ModelError("there is neither model.txt nor model.pkl in " + folder.string());
}

std::string read(const std::filesystem::path& path) {
  if (std::filesystem::file_size(path) > model_limit) throw ModelError("the model is too large");
  std::ifstream file(path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(file), {});
  if (!file) throw ModelError("the model cannot be read");
  return bytes;
}

}  // namespace

void write_model(const std::filesystem::path& folder, std::string_view text) {
  std::filesystem::create_directories(folder);
  write(folder / text_file, text);
  if (text.size() < UINT32_MAX) write(folder / pickle_file, write_pickle(text));
}

ModelText read_model(const std::filesystem::path& folder) {
  ModelText model{.file = find_model(folder), .text = {}};
  model.text = read(model.file);
  if (!is_pickle(model.text)) return model;
  const PickledModel pickled = read_pickle(model.text);
  model.rounds = pickled.best_rounds;
  model.text = std::string(pickled.text);
  return model;
}

}  // namespace millrace::learn::lightgbm
