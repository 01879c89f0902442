#include "aws/reading.hpp"

#include <algorithm>

namespace millrace::aws {

namespace {

std::string inside(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

}  // namespace

bool asks_for_something(const base::Value& value) {
  if (value.is_null()) return false;
  if (value.is_flag()) return value.flag();
  if (value.is_list()) return !value.list().empty();
  if (value.is_map()) {
    return std::ranges::any_of(value.map(),
                               [](const auto& entry) { return asks_for_something(entry.second); });
  }
  return true;
}

void Reading::mark(std::string path, How how, std::string_view reason) {
  if (how == How::inert) inert_.push_back(path + ": " + std::string(reason));
  if (remembers_) marks_.push_back({std::move(path), how, std::string(reason)});
}

std::vector<std::string> Reading::left(const Shape& shape, const base::Value& value) const {
  std::vector<std::string> paths;
  find_left(shape, value, "", paths);
  return paths;
}

void Reading::find_left(const Shape& shape, const base::Value& value, const std::string& path,
                        std::vector<std::string>& out) const {
  if (whole_.contains(&value)) return;
  if (shape.kind == Kind::structure && value.is_map()) {
    for (const auto& [name, member_value] : value.map()) {
      const MemberShape* member = shape.member(name);
      if (!member || member->idempotency_token || whole_.contains(&member_value)) continue;
      if (!seen_.contains(&member_value)) {
        if (asks_for_something(member_value)) out.push_back(inside(path, name));
      } else {
        find_left(*member->shape, member_value, inside(path, name), out);
      }
    }
  } else if (shape.kind == Kind::list && value.is_list()) {
    std::size_t position = 0;
    for (const base::Value& element : value.list()) {
      find_left(*shape.element.shape, element, path + "[" + std::to_string(position++) + "]", out);
    }
  } else if (shape.kind == Kind::map && value.is_map()) {
    for (const auto& [name, element] : value.map()) {
      find_left(*shape.value.shape, element, inside(path, name), out);
    }
  }
}

}  // namespace millrace::aws
