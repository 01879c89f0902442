// `millrace-work serve`: the model in a folder, answering on a local socket.
#pragma once

#include <filesystem>
#include <string>

namespace millrace::work {

// The exit code. Ends on SIGTERM, which must be blocked.
[[nodiscard]] int serve(const std::filesystem::path& root, const std::string& socket_path);

}  // namespace millrace::work
