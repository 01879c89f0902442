// The members of a map.
#include "base/value.hpp"

#include <algorithm>
#include <unordered_map>

namespace millrace::base {

namespace {

// Up to here a scan for a double is quicker than an index.
constexpr std::size_t scanned = 32;

}  // namespace

Map::Map(std::vector<Entry> entries) {
  if (entries.size() <= scanned) {
    entries_.reserve(entries.size());
    for (Entry& entry : entries) set(std::move(entry.first), std::move(entry.second));
    return;
  }
  std::unordered_map<std::string, std::size_t> places;
  places.reserve(entries.size());
  for (Entry& entry : entries) {
    const auto [place, is_new] = places.emplace(entry.first, entries_.size());
    if (is_new) {
      entries_.push_back(std::move(entry));
    } else {
      entries_[place->second].second = std::move(entry.second);
    }
  }
}

void Map::set(std::string name, Value value) {
  if (Value* const present = find(name)) {
    *present = std::move(value);
  } else {
    entries_.emplace_back(std::move(name), std::move(value));
  }
}

const Value* Map::find(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (entry.first == name) return &entry.second;
  }
  return nullptr;
}

Value* Map::find(std::string_view name) {
  return const_cast<Value*>(static_cast<const Map*>(this)->find(name));
}

void Map::erase(std::string_view name) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.first == name; });
}

bool Map::operator==(const Map& other) const { return entries_ == other.entries_; }

}  // namespace millrace::base
