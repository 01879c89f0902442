// An environment grows in a folder beside its place and is renamed when it is whole, so that none
// is ever seen half made. What pip asks, and whom, is pip's own configuration's business.
#include "app/environment.hpp"

#include "learn/contract_environment.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>
#include <vector>

namespace millrace::app {
namespace {

namespace fs = std::filesystem;

using learn::PythonEnvironment;

// Held while one process makes an environment, so that two never make the same one.
class Lock {
 public:
  explicit Lock(const fs::path& path)
      : file_(::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600)) {
    if (file_ < 0 || ::flock(file_, LOCK_EX) != 0)
      throw std::system_error(errno, std::generic_category(), path);
  }
  ~Lock() { ::close(file_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int file_;
};

// The folder that an environment grows in; gone at the end unless it was kept.
class GrowingFolder {
 public:
  explicit GrowingFolder(fs::path target)
      : target_(std::move(target)), path_(target_.string() + ".partial") {
    fs::remove_all(path_);
  }
  ~GrowingFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  GrowingFolder(const GrowingFolder&) = delete;
  GrowingFolder& operator=(const GrowingFolder&) = delete;

  [[nodiscard]] const fs::path& path() const { return path_; }
  void keep() const {
    fs::remove_all(target_);
    fs::rename(path_, target_);
  }

 private:
  fs::path target_;
  fs::path path_;
};

// Its words go to standard error; so does pip's progress, where somebody looks at a terminal.
void run(std::vector<std::string> words, const std::string& what) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0)
    throw std::runtime_error(what + ": " + words[0] + ": " +
                             std::generic_category().message(error));
  int status = 0;
  ::waitpid(child, &status, 0);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw std::runtime_error(what + " failed, as said above; nothing is left of it");
}

std::vector<std::string> pip_install(const fs::path& python, const PythonEnvironment& environment) {
  std::vector<std::string> words = {python,       "-m",
                                    "pip",        "install",
                                    "--no-deps",  "--disable-pip-version-check",
                                    "--no-input", "--only-binary",
                                    ":all:"};
  words.insert(words.end(), environment.packages.begin(), environment.packages.end());
  return words;
}

void say(const std::string& line) { std::fprintf(stderr, "millrace: %s\n", line.c_str()); }

void make(const PythonEnvironment& environment, const std::string& python) {
  const fs::path target = learn::folder_of(environment);
  const GrowingFolder growing(target);
  const fs::path made = growing.path() / "bin/python";
  say("making " + target.string());
  run({python, "-m", "venv", growing.path()},
      "making a virtual environment with " + python +
          " -m venv (Debian has it in the package python3-venv)");
  run(pip_install(made, environment),
      "installing the packages with pip, which needs a package index that it can reach,");
  run({made, "-c", "import " + std::string(environment.name)}, "importing what was installed");
  std::ofstream file(growing.path() / learn::manifest_file, std::ios::binary);
  file << learn::manifest_of(environment);
  file.close();
  if (!file) throw std::runtime_error("cannot write in " + growing.path().string());
  growing.keep();
}

const PythonEnvironment& known(const std::string& name) {
  if (const PythonEnvironment* found = learn::find_environment(name)) return *found;
  throw std::runtime_error("there is no environment '" + name +
                           "'; `millrace environment list` lists them");
}

}  // namespace

int create_environment(const std::string& name, const std::string& python) {
  const PythonEnvironment& environment = known(name);
  fs::create_directories(learn::environments_folder());
  const Lock lock(learn::environments_folder() / ("." + name + ".lock"));
  if (!learn::python_of(environment)) make(environment, python);
  std::printf("%s\n", learn::folder_of(environment).c_str());
  return 0;
}

int list_environments() {
  for (const PythonEnvironment& environment : learn::python_environments()) {
    const std::string state = learn::python_of(environment)
                                  ? learn::folder_of(environment).string()
                                  : "not made: " + std::string(environment.sentence);
    std::printf("%s %s  %s\n", std::string(environment.name).c_str(),
                std::string(environment.version).c_str(), state.c_str());
  }
  return 0;
}

}  // namespace millrace::app
