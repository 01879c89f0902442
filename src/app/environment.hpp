// `millrace environment`: makes and lists the Python environments that some algorithms train in.
#pragma once

#include <string>

namespace millrace::app {

// Makes the environment of that name with `python`, a program, unless it is there. The exit code.
[[nodiscard]] int create_environment(const std::string& name, const std::string& python);
[[nodiscard]] int list_environments();

}  // namespace millrace::app
