// One-time passwords by time: RFC 6238 over HMAC-SHA-1, six digits, steps of thirty seconds.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace millrace::identity {

constexpr std::chrono::seconds totp_step{30};

[[nodiscard]] std::int64_t totp_step_at(base::Timestamp time);
[[nodiscard]] std::string totp_code(std::string_view seed, std::int64_t step);

// As authenticators take a seed: RFC 4648, without padding. For whole groups of five bytes.
[[nodiscard]] std::string base32(std::string_view bytes);

}  // namespace millrace::identity
