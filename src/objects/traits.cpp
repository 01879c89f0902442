#include "objects/traits.hpp"

#include "base/json.hpp"

namespace millrace::objects {

namespace {

void set_text(base::Map& map, const char* name, const std::string& text) {
  if (!text.empty()) map.set(name, text);
}

base::Map to_map(const Attributes& attributes) {
  base::Map map;
  for (const auto& [name, value] : attributes) map.set(name, value);
  return map;
}

Attributes from_map(const base::Map& map) {
  Attributes found;
  for (const auto& [name, member] : map) found.emplace_back(name, member.text());
  return found;
}

std::string text_of(const base::Value& value, std::string_view name) {
  const base::Value* found = value.find(name);
  return found == nullptr ? std::string() : found->text();
}

void set_lock(base::Map& map, const Lock& lock) {
  set_text(map, "lock", lock.mode);
  if (!lock.mode.empty()) map.set("until", lock.until.time_since_epoch().count());
  set_text(map, "hold", lock.hold);
}

Lock lock_of(const base::Value& value) {
  Lock lock{.mode = text_of(value, "lock"), .until = {}, .hold = text_of(value, "hold")};
  if (const base::Value* until = value.find("until")) {
    lock.until = base::Timestamp(base::Milliseconds(until->integer()));
  }
  return lock;
}

void set_lying(base::Map& map, const Lying& lying) {
  set_text(map, "tier", lying.archive);
  const auto day = std::chrono::floor<std::chrono::days>(lying.accessed).time_since_epoch().count();
  if (day != 0) map.set("accessed", day);
}

Lying lying_of(const base::Value& value) {
  Lying lying{.archive = text_of(value, "tier"), .accessed = {}};
  if (const base::Value* day = value.find("accessed")) {
    lying.accessed = base::Timestamp(std::chrono::days(day->integer()));
  }
  return lying;
}

}  // namespace

std::string to_text(const Attributes& attributes) {
  return attributes.empty() ? std::string() : base::write_json(to_map(attributes));
}

Attributes to_attributes(const std::string& text) {
  return text.empty() ? Attributes() : from_map(base::parse_json(text).map());
}

std::string to_text(const Traits& traits) {
  base::Map map;
  if (traits.storage_class != standard_class) map.set("class", traits.storage_class);
  set_text(map, "owner", traits.owner);
  set_text(map, "acl", traits.acl);
  set_text(map, "restore", traits.restore);
  set_text(map, "upload", traits.upload);
  set_text(map, "replication", traits.replication);
  if (!traits.encryption.empty()) map.set("encryption", to_map(traits.encryption));
  set_lock(map, traits.lock);
  set_lying(map, traits.lying);
  return map.empty() ? std::string() : base::write_json(map);
}

Traits to_traits(const std::string& text) {
  Traits traits;
  if (text.empty()) return traits;
  const base::Value value = base::parse_json(text);
  if (const base::Value* named = value.find("class")) traits.storage_class = named->text();
  traits.owner = text_of(value, "owner");
  traits.acl = text_of(value, "acl");
  traits.restore = text_of(value, "restore");
  traits.upload = text_of(value, "upload");
  traits.replication = text_of(value, "replication");
  if (const base::Value* sealed = value.find("encryption"))
    traits.encryption = from_map(sealed->map());
  traits.lock = lock_of(value);
  traits.lying = lying_of(value);
  return traits;
}

}  // namespace millrace::objects
