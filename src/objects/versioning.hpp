// The rules of versions: what a bucket keeps of former ones, what locks forbid.
#pragma once

#include "base/random.hpp"
#include "base/time.hpp"
#include "objects/objects.hpp"

#include <string>
#include <string_view>

namespace millrace::objects {

// As the setting "versioning" has it. A bucket that once had versions can only suspend them.
enum class Versioning { never, enabled, suspended };
constexpr std::string_view versioning_enabled = "Enabled";
constexpr std::string_view versioning_suspended = "Suspended";

[[nodiscard]] Versioning versioning_of(const Bucket& bucket);
// Opaque, of 32 letters and digits.
[[nodiscard]] std::string make_version_id(base::Random& random);
[[nodiscard]] bool is_version_id(std::string_view text);
constexpr std::string_view governance = "GOVERNANCE";
constexpr std::string_view compliance = "COMPLIANCE";
constexpr std::string_view hold_on = "ON";

// May the version not be erased now? A lock in governance mode yields to who may pass it.
[[nodiscard]] bool is_locked(const Lock& lock, base::Timestamp now, bool past_governance);

}  // namespace millrace::objects
