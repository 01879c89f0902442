// `millrace-work train`: one training job in its folder.
#pragma once

#include <filesystem>

namespace millrace::work {

// The exit code. SIGTERM must be blocked: it is looked for after each round and ends the training
// early.
[[nodiscard]] int train(const std::filesystem::path& root);

}  // namespace millrace::work
