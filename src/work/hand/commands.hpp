// `millrace train` and `millrace predict`: a training and a prediction by hand, without a server.
#pragma once

#include <span>
#include <string_view>

namespace millrace::work::hand {

// `words` are those behind the command. The exit code: 0 well, 1 failed, 2 misused. SIGINT and
// SIGTERM must be blocked: a training looks for them after each round and ends early.
[[nodiscard]] int train(std::span<const std::string_view> words);
[[nodiscard]] int predict(std::span<const std::string_view> words);

}  // namespace millrace::work::hand
