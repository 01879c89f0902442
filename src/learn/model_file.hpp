// The files that hold libraries' models, whoever put them there.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::learn {

// The folder's files but hidden ones, by name; none where there is no folder.
[[nodiscard]] std::vector<std::filesystem::path> model_files(const std::filesystem::path& folder);

// The first of these names that is there, else the only file that is. Throws ModelError.
[[nodiscard]] std::filesystem::path find_model_file(const std::filesystem::path& folder,
                                                    std::span<const std::string_view> names);

// Throws ModelError, also when it is larger than a model may be.
[[nodiscard]] std::string read_model_file(const std::filesystem::path& path);

}  // namespace millrace::learn
