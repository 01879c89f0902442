// The files of a model's folder: AWS's script pickles the package's object into `model.pkl`.
#pragma once

#include "learn/lightgbm/stored_model.hpp"
#include "learn/model.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace millrace::learn::lightgbm {

// Of a model as the library writes it: `model.txt`, which lightgbm.Booster(model_file=...) reads,
// and `model.pkl`, which joblib.load reads. Throws AlgorithmError.
void write_model(const std::filesystem::path& folder, std::string_view text);

struct ModelText {
  std::filesystem::path file;
  std::string text;
  std::size_t rounds = 0;  // that predictions are made with; 0: all
};

// `model.txt`, else `model.pkl`, else the only file. Nothing of a pickle is run: its text is looked
// for. Throws ModelError.
[[nodiscard]] ModelText read_model(const std::filesystem::path& folder);

// What `make` makes of the rounds of that model which predict; a ModelError says which file it is
// of.
template <class Make>
auto make_from_folder(const std::filesystem::path& folder, Make&& make) {
  const ModelText read = read_model(folder);
  try {
    StoredModel stored = parse_text_model(read.text);
    if (read.rounds > 0 && read.rounds < stored.trees.size() / stored.groups)
      stored.trees.resize(read.rounds * stored.groups);
    return make(stored);
  } catch (const ModelError& error) {
    throw ModelError("Model " + read.file.string() + " cannot be loaded: " + error.what());
  }
}

}  // namespace millrace::learn::lightgbm
