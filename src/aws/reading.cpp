#include "aws/reading.hpp"

namespace millrace::aws {

namespace {

std::string inside(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

}  // namespace

void Reading::mark(std::string path, How how, std::string_view reason) {
  if (how == How::inert) inert_.push_back(path + ": " + std::string(reason));
  if (remembers_) marks_.push_back({std::move(path), how, std::string(reason)});
}

std::vector<std::string> Reading::left(const Shape& shape, const base::Value& value,
                                       Defaults defaults) const {
  std::vector<std::string> paths;
  find_left(shape, value, "", defaults, paths);
  return paths;
}

void Reading::find_left(const Shape& shape, const base::Value& value, const std::string& path,
                        Defaults defaults, std::vector<std::string>& out) const {
  if (whole_.contains(&value)) return;
  if (shape.kind == Kind::structure && value.is_map()) {
    for (const auto& [name, member_value] : value.map()) {
      const MemberShape* member = shape.member(name);
      if (!member || member->idempotency_token || whole_.contains(&member_value)) continue;
      if (!seen_.contains(&member_value)) {
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
