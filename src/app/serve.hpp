// `millrace serve`: from settings to a running server, and back to quiet.
#pragma once

#include "app/settings.hpp"

#include <string>

namespace millrace::app {

// Returns when SIGTERM, SIGINT or `millrace stop` asked for it.
[[nodiscard]] int serve(const Settings& settings);
// The path of millrace itself.
[[nodiscard]] std::string own_program();
// build/millrace-work, beside this program.
[[nodiscard]] std::string work_program();
// The distilled service models, beside it too.
[[nodiscard]] std::string models_folder();

}  // namespace millrace::app
