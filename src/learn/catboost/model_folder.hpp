// The file of a folder that holds the model.
#pragma once

#include "learn/catboost/stored_model.hpp"
#include "learn/model.hpp"
#include "learn/model_file.hpp"

#include <filesystem>
#include <string>

namespace millrace::learn::catboost {

inline constexpr const char* model_file = "model";  // as AWS's container calls it

// `model`, else `model.cbm`, else the folder's one file. Throws ModelError.
[[nodiscard]] std::filesystem::path find_model(const std::filesystem::path& folder);

// What `make` makes of that model; a ModelError says which file it is of.
template <class Make>
auto make_from_folder(const std::filesystem::path& folder, Make&& make) {
  const std::filesystem::path file = find_model(folder);
  try {
    return make(read_model(read_model_file(file)));
  } catch (const ModelError& error) {
    throw ModelError("Model " + file.string() + " cannot be loaded: " + error.what());
  }
}

}  // namespace millrace::learn::catboost
