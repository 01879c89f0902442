#include "learn/catboost/model_folder.hpp"

#include <array>
#include <string_view>

namespace millrace::learn::catboost {

std::filesystem::path find_model(const std::filesystem::path& folder) {
  constexpr std::array<std::string_view, 2> names = {model_file, "model.cbm"};
  return find_model_file(folder, names);
}

}  // namespace millrace::learn::catboost
