#include "aws/validation.hpp"

#include "aws/protocol_rest.hpp"
#include "aws/scalar.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cmath>

namespace millrace::aws {

namespace {

using base::List;
using base::Value;

std::string lower_camel(std::string name) {
  if (!name.empty() && name.front() >= 'A' && name.front() <= 'Z')
    name.front() = static_cast<char>(name.front() + 32);
  return name;
}

// In UTF-16 units, as Java counts.
std::size_t length_of(std::string_view text) {
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte & 0xC0U) == 0x80U) continue;
    units += byte >= 0xF0U ? 2U : 1U;
  }
  return units;
}

// As Java's toString shows it: [a, b] and {k=v}.
std::string shown(const Value& value) {
  if (value.is_text()) return value.text();
  if (value.is_list()) {
    std::vector<std::string> pieces;
    for (const Value& element : value.list()) pieces.push_back(shown(element));
    return "[" + base::join(pieces, ", ") + "]";
  }
  if (value.is_map()) {
    std::vector<std::string> pieces;
    for (const auto& [name, entry] : value.map()) pieces.push_back(name + "=" + shown(entry));
    return "{" + base::join(pieces, ", ") + "}";
  }
  if (value.is_time()) return base::iso8601(value.time());
  return base::write_json(value);
}

std::string number_text(double number) {
  if (number == std::floor(number)) return std::to_string(static_cast<std::int64_t>(number));
  std::string text;
  base::write_json_number(text, number);
  return text;
}

std::vector<std::string> size_constraints(const Shape& shape, double size, std::string_view what) {
  std::vector<std::string> broken;
  if (shape.max && size > *shape.max) {
    broken.push_back("Member must have " + std::string(what) + " less than or equal to " +
                     number_text(*shape.max));
  }
  if (shape.min && size < *shape.min) {
    broken.push_back("Member must have " + std::string(what) + " greater than or equal to " +
                     number_text(*shape.min));
  }
  return broken;
}

std::vector<std::string> text_constraints(const Shape& shape, const std::string& text) {
  auto broken = size_constraints(shape, static_cast<double>(length_of(text)), "length");
  if (shape.pattern && !shape.pattern->matches(text)) {
    broken.push_back("Member must satisfy regular expression pattern: " + shape.pattern->source());
  }
  if (!shape.choices.empty() && std::ranges::find(shape.choices, text) == shape.choices.end()) {
    broken.push_back("Member must satisfy enum value set: [" + base::join(shape.choices, ", ") +
                     "]");
  }
  return broken;
}

std::vector<std::string> scalar_constraints(const Shape& shape, const Value& value) {
  if (value.is_text()) return text_constraints(shape, value.text());
  if (value.is_blob())
    return size_constraints(shape, static_cast<double>(value.blob().bytes.size()), "length");
  if (value.is_number()) return size_constraints(shape, value.number(), "value");
  return {};
}

class Validator {
 public:
  void structure(const Shape& shape, const Value& value, const std::string& path) {
    for (const MemberShape& member : shape.members) {
      const Value* found = value.find(member.name);
      if (found && !found->is_null() && is_nested(member.shape->kind)) {
        at_member(member, *found, place_of(path, member));
      } else if (found && !found->is_null()) {
        at_scalar(member, *found, path);
      } else if (member.required && !is_outside(shape, member)) {
        add({.path = place_of(path, member),
             .wire_name = member.wire_name,
             .constraint = "Member must not be null",
             .missing = true,
             .in_head = member.place != Place::body});
      }
    }
  }

  std::vector<Violation> violations;

 private:
  static std::string place_of(const std::string& path, const MemberShape& member) {
    return path.empty() ? lower_camel(member.name) : path + "." + lower_camel(member.name);
  }

  // A blob payload or event stream stays on the call, and a token that the client left out is its
  // own affair.
  static bool is_outside(const Shape& shape, const MemberShape& member) {
    return (shape.payload == member.name && has_blob_payload(&shape)) ||
           member.shape->event_stream || member.idempotency_token;
  }

  void add(Violation violation) {
    if (violations.size() < violation_limit) violations.push_back(std::move(violation));
  }

  void add_broken(const MemberShape& member, const Value& value, const std::string& path,
                  const std::vector<std::string>& broken) {
    for (const std::string& constraint : broken) {
      add({.path = path,
           .wire_name = member.wire_name,
           .value = shown(value),
           .constraint = constraint,
           .in_head = member.place != Place::body,
           .sensitive = member.shape->sensitive});
    }
  }

  // Its path is wanted only where it is wrong.
  void at_scalar(const MemberShape& member, const Value& value, const std::string& outer) {
    if (member.shape->is_document) return;
    const auto broken = scalar_constraints(*member.shape, value);
    if (!broken.empty()) add_broken(member, value, place_of(outer, member), broken);
  }

  void at_member(const MemberShape& member, const Value& value, const std::string& path) {
    const Shape& shape = *member.shape;
    if (shape.is_document) return;
    switch (shape.kind) {
      case Kind::structure:
        return structure(shape, value, path);
      case Kind::list:
        return list(member, value, path);
      case Kind::map:
        return map(member, value, path);
      default:
        return add_broken(member, value, path, scalar_constraints(shape, value));
    }
  }

  void list(const MemberShape& member, const Value& value, const std::string& path) {
    const Shape& shape = *member.shape;
    const List& elements = value.list();
    add_broken(member, value, path,
               size_constraints(shape, static_cast<double>(elements.size()), "length"));
    refuse_nulls(shape, elements, path);
    if (is_nested(shape.element.shape->kind)) {
      std::size_t position = 0;
      for (const Value& element : elements) {
        const std::string place = path + "." + std::to_string(++position) + ".member";
        if (!element.is_null()) at_member(shape.element, element, place);
      }
      return;
    }
    add_inner(member, value, path, "Member", *shape.element.shape, elements);
  }

  void refuse_nulls(const Shape& shape, const List& elements, const std::string& path) {
    if (shape.sparse) return;
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (!elements[i].is_null()) continue;
      add({.path = path + "." + std::to_string(i + 1) + ".member",
           .constraint = "Member must not be null",
           .missing = true});
    }
  }

  void map(const MemberShape& member, const Value& value, const std::string& path) {
    const Shape& shape = *member.shape;
    add_broken(member, value, path,
               size_constraints(shape, static_cast<double>(value.map().size()), "length"));
    List keys;
    List values;
    const bool nested = is_nested(shape.value.shape->kind);
    for (const auto& [key, entry] : value.map()) {
      keys.emplace_back(key);
      if (entry.is_null() && !shape.sparse) {
        add({.path = path + "." + key + ".member",
             .constraint = "Member must not be null",
             .missing = true});
      }
      if (!nested) values.push_back(entry);
      if (nested && !entry.is_null()) at_member(shape.value, entry, path + "." + key + ".member");
    }
    add_inner(member, value, path, "Map keys", *shape.key.shape, keys);
    add_inner(member, value, path, "Map value", *shape.value.shape, values);
  }

  // All constraints of an element's shape are named as soon as one element breaks one.
  void add_inner(const MemberShape& member, const Value& value, const std::string& path,
                 std::string_view what, const Shape& shape, const List& elements) {
    const bool broken = std::ranges::any_of(elements, [&](const Value& element) {
      return !scalar_constraints(shape, element).empty();
    });
    if (!broken) return;
    add_broken(member, value, path,
               {std::string(what) + " must satisfy constraint: [" +
                base::join(all_constraints(shape), ", ") + "]"});
  }

  static std::vector<std::string> all_constraints(const Shape& shape) {
    std::vector<std::string> all;
    const std::string what =
        shape.kind == Kind::text || shape.kind == Kind::blob ? "length" : "value";
    if (shape.max)
      all.push_back("Member must have " + what + " less than or equal to " +
                    number_text(*shape.max));
    if (shape.min)
      all.push_back("Member must have " + what + " greater than or equal to " +
                    number_text(*shape.min));
    if (shape.pattern)
      all.push_back("Member must satisfy regular expression pattern: " + shape.pattern->source());
    if (!shape.choices.empty()) {
      all.push_back("Member must satisfy enum value set: [" + base::join(shape.choices, ", ") +
                    "]");
    }
    return all;
  }
};

}  // namespace

std::vector<Violation> find_violations(const Shape& shape, const Value& value) {
  Validator validator;
  validator.structure(shape, value, "");
  return std::move(validator.violations);
}

std::string validation_message(const std::vector<Violation>& violations) {
  std::vector<std::string> sentences;
  for (const Violation& violation : violations) {
    std::string value = violation.missing     ? " null"
                        : violation.sensitive ? ""
                                              : " '" + violation.value + "'";
    sentences.push_back("Value" + value + " at '" + violation.path +
                        "' failed to satisfy constraint: " + violation.constraint);
  }
  return std::to_string(violations.size()) + " validation error" +
         (violations.size() == 1 ? "" : "s") + " detected: " + base::join(sentences, "; ");
}

}  // namespace millrace::aws
