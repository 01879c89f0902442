// The Python environments that some algorithms train in: which packages, of which versions, and the
// folder that `millrace environment create` makes of them.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace millrace::learn {

struct PythonEnvironment {
  std::string_view name;
  std::string_view version;                    // of the package that it is there for
  std::span<const std::string_view> packages;  // as pip takes them, each of one version
  std::string_view sentence;
};

[[nodiscard]] std::span<const PythonEnvironment> python_environments();
// The environment of that name, or null.
[[nodiscard]] const PythonEnvironment* find_environment(std::string_view name);

// The variable that names the folder of all environments, for processes without a home.
inline constexpr const char* environments_variable = "MILLRACE_ENVIRONMENTS";

// That of the variable, else `environments` in the user's cache folder.
[[nodiscard]] std::filesystem::path environments_folder();

// Where an environment lies when it has been made: catboost-1.2.10.
[[nodiscard]] std::filesystem::path folder_of(const PythonEnvironment& environment);
// What its file `complete`, written last, holds: the packages, a line each.
[[nodiscard]] std::string manifest_of(const PythonEnvironment& environment);
inline constexpr const char* manifest_file = "complete";

// The Python of an environment that is whole and of these packages; nothing where it is not.
[[nodiscard]] std::optional<std::filesystem::path> python_of(const PythonEnvironment& environment);

}  // namespace millrace::learn
