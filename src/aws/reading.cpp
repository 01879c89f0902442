#include "aws/reading.hpp"

#include <algorithm>

namespace millrace::aws {

namespace {

bool holds(const std::vector<const base::Value*>& sorted, const base::Value& value) {
  return std::ranges::binary_search(sorted, &value);
}

}  // namespace

std::string inside(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

void Reading::mark(const std::string& path, std::string_view name, How how,
                   std::string_view reason) {
  if (how == How::inert) inert_.push_back(inside(path, name) + ": " + std::string(reason));
  if (remembers_) marks_.push_back({inside(path, name), how, std::string(reason)});
}

std::vector<std::string> Reading::left(const Shape& shape, const base::Value& value,
                                       Defaults defaults) {
  std::ranges::sort(seen_);
  std::ranges::sort(whole_);
  std::vector<std::string> paths;
  find_left(shape, value, "", defaults, paths);
  return paths;
}

void Reading::find_left(const Shape& shape, const base::Value& value, const std::string& path,
                        Defaults defaults, std::vector<std::string>& out) const {
  if (holds(whole_, value)) return;
  if (shape.kind == Kind::structure && value.is_map()) {
    for (const auto& [name, member_value] : value.map()) {
      const MemberShape* member = shape.member(name);
      if (!member || member->idempotency_token || holds(whole_, member_value)) continue;
      if (!holds(seen_, member_value)) {
        const std::string place = inside(path, name);
        if (asks_for_something(member_value, place, defaults)) out.push_back(place);
      } else {
        find_left(*member->shape, member_value, inside(path, name), defaults, out);
      }
    }
  } else if (shape.kind == Kind::list && value.is_list()) {
    std::size_t position = 0;
    for (const base::Value& element : value.list()) {
      find_left(*shape.element.shape, element, path + "[" + std::to_string(position++) + "]",
                defaults, out);
    }
  } else if (shape.kind == Kind::map && value.is_map()) {
    for (const auto& [name, element] : value.map()) {
      find_left(*shape.value.shape, element, inside(path, name), defaults, out);
    }
  }
}

}  // namespace millrace::aws
