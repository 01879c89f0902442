#include "learn/lightgbm/model_files.hpp"

#include "learn/algorithm.hpp"
#include "learn/lightgbm/pickle.hpp"
#include "learn/model_file.hpp"

#include <array>
#include <cstdint>
#include <fstream>

namespace millrace::learn::lightgbm {
namespace {

constexpr std::string_view text_file = "model.txt";
constexpr std::string_view pickle_file = "model.pkl";  // as AWS's script calls it
constexpr std::array names = {text_file, pickle_file};

void write(const std::filesystem::path& path, std::string_view bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw AlgorithmError("the model could not be written to " + path.string());
}

}  // namespace

void write_model(const std::filesystem::path& folder, std::string_view text) {
  std::filesystem::create_directories(folder);
  write(folder / text_file, text);
  if (text.size() < UINT32_MAX) write(folder / pickle_file, write_pickle(text));
}

ModelText read_model(const std::filesystem::path& folder) {
  ModelText model{.file = find_model_file(folder, names), .text = {}};
  model.text = read_model_file(model.file);
  if (!is_pickle(model.text)) return model;
  const PickledModel pickled = read_pickle(model.text);
  model.rounds = pickled.best_rounds;
  model.text = std::string(pickled.text);
  return model;
}

}  // namespace millrace::learn::lightgbm
