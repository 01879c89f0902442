#include "objects/versioning.hpp"

namespace millrace::objects {

namespace {

constexpr std::size_t version_id_size = 32;
// 64 of them, so that a byte's six lowest bits choose one evenly.
constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

}  // namespace

Versioning versioning_of(const Bucket& bucket) {
  const std::string_view state = bucket.setting("versioning");
  if (state == versioning_enabled) return Versioning::enabled;
  return state == versioning_suspended ? Versioning::suspended : Versioning::never;
}

std::string make_version_id(base::Random& random) {
  std::string id(version_id_size, '\0');
  random.fill(id.data(), id.size());
  for (char& letter : id) letter = letters[static_cast<unsigned char>(letter) % letters.size()];
  return id;
}

bool is_version_id(std::string_view text) {
  return text.size() == version_id_size && text.find_first_not_of(letters) == text.npos;
}

bool is_locked(const Lock& lock, base::Timestamp now, bool past_governance) {
  if (lock.hold == hold_on) return true;
  if (lock.mode.empty() || lock.until <= now) return false;
  return lock.mode != governance || !past_governance;
}

}  // namespace millrace::objects
