#include "learn/contract_environment.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace millrace::learn {
namespace {

namespace fs = std::filesystem;

// What CatBoost imports to train; its declared dependencies also draw plots.
constexpr std::array catboost_packages = std::to_array<std::string_view>(
    {"catboost==1.2.10", "numpy==2.2.6", "pandas==2.2.3", "python-dateutil==2.9.0.post0",
     "pytz==2025.2", "scipy==1.15.3", "six==1.17.0", "tzdata==2025.2"});

constexpr std::array all = std::to_array<PythonEnvironment>({
    {"catboost", "1.2.10", catboost_packages, "CatBoost's own package, which trains its models."},
});

std::optional<fs::path> variable(const char* name) {
  const char* const value = std::getenv(name);
  return value && *value ? std::optional<fs::path>(value) : std::nullopt;
}

fs::path cache_folder() {
  if (const auto chosen = variable("MILLRACE_CACHE")) return *chosen;
  if (const auto base = variable("XDG_CACHE_HOME")) return *base / "millrace";
  return variable("HOME").value_or(".") / ".cache/millrace";
}

}  // namespace

std::span<const PythonEnvironment> python_environments() { return all; }

const PythonEnvironment* find_environment(std::string_view name) {
  const auto found = std::ranges::find(all, name, &PythonEnvironment::name);
  return found == all.end() ? nullptr : &*found;
}

fs::path environments_folder() {
  if (const auto chosen = variable(environments_variable)) return *chosen;
  return cache_folder() / "environments";
}

fs::path folder_of(const PythonEnvironment& environment) {
  return environments_folder() /
         (std::string(environment.name) + "-" + std::string(environment.version));
}

std::string manifest_of(const PythonEnvironment& environment) {
  std::string text;
  for (const std::string_view package : environment.packages) text.append(package).append("\n");
  return text;
}

std::optional<fs::path> python_of(const PythonEnvironment& environment) {
  const fs::path folder = folder_of(environment);
  std::ifstream file(folder / manifest_file, std::ios::binary);
  const std::string made(std::istreambuf_iterator<char>(file), {});
  fs::path python = folder / "bin/python";
  std::error_code ignored;
  if (made != manifest_of(environment) || !fs::exists(python, ignored)) return {};
  return python;
}

}  // namespace millrace::learn
