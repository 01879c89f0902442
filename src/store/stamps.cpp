#include "store/stamps.hpp"

#include <functional>

namespace millrace::store {

std::size_t Stamps::place_of(std::string_view name) {
  return std::hash<std::string_view>{}(name) % count;
}

std::optional<Stamps::Stamp> Stamps::of(std::string_view name) const {
  const Stamp stamp = stamps_[place_of(name)].load();
  if (stamp % 2 == 1) return std::nullopt;
  return stamp;
}

void Stamps::changing(std::string_view name) { open(place_of(name)); }

void Stamps::changing_all() {
  for (std::size_t place = 0; place < count; ++place) open(place);
}

void Stamps::open(std::size_t place) {
  if (stamps_[place].load() % 2 == 1) return;
  open_.push_back(place);
  ++stamps_[place];
}

// Also after a group that failed: its readers met nothing new, and read again for nothing.
void Stamps::settle(bool /*is_durable*/) noexcept {
  for (const std::size_t place : open_) ++stamps_[place];
  open_.clear();
}

}  // namespace millrace::store
