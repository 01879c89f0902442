// The files of a model's folder: AWS's script pickles the package's object into `model.pkl`.
#pragma once

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

}  // namespace millrace::learn::lightgbm
