#include "aws/protocol_json.hpp"

#include "base/assert.hpp"
#include "base/encoding.hpp"
#include "base/json.hpp"

#include <cmath>
#include <limits>

namespace millrace::aws {

namespace {

using base::List;
using base::Map;
using base::Value;

std::string_view found_type(const Value& value) {
  if (value.is_text()) return "STRING_VALUE";
  if (value.is_flag()) return value.flag() ? "TRUE_VALUE" : "FALSE_VALUE";
  if (value.is_integer()) return "NUMBER_VALUE";
  if (value.is_number()) return "DECIMAL_VALUE";
  return {};
}

// AWS's sentences for a value of the wrong type.
[[noreturn]] void refuse(const Value& value, std::string_view wanted, const std::string& path) {
  const std::string_view type = found_type(value);
  std::string message;
  if (!type.empty()) {
    message = std::string(type) + " can not be converted to " + std::string(wanted);
  } else if (value.is_list()) {
    message = "Start of list found where not expected";
  } else {
    message = "Start of structure or map found where not expected.";
  }
  throw Malformed(message, Malformed::Where::body, path);
}

class JsonParser {
 public:
  JsonParser(JsonNames names, UnknownMembers& unknown) : names_(names), unknown_(unknown) {}

  void structure(const Shape& shape, const Value& json, const std::string& path, Map& into) {
    if (!json.is_map()) wrong_container(json, path);
    for (const auto& [name, value] : json.map()) {
      const MemberShape* member = member_named(shape, name);
      if (!member) {
        if (name != "__type") unknown_.push_back(path.empty() ? name : path + "." + name);
      } else if (!value.is_null()) {
        into.set(member->name,
                 parse(*member, value, path.empty() ? member->name : path + "." + member->name));
      }
    }
  }

 private:
  [[noreturn]] static void wrong_container(const Value& json, const std::string& path) {
    if (json.is_list())
      throw Malformed("Start of list found where not expected", Malformed::Where::body, path);
    throw Malformed("Unexpected field type", Malformed::Where::body, path);
  }

  const MemberShape* member_named(const Shape& shape, std::string_view name) const {
    if (names_ == JsonNames::members) return shape.member(name);
    for (const MemberShape& member : shape.members) {
      if (member.place == Place::body && member.wire_name == name) return &member;
    }
    return nullptr;
  }

  Value parse(const MemberShape& member, const Value& json, const std::string& path) {
    const Shape& shape = *member.shape;
    if (shape.is_document) return json;
    switch (shape.kind) {
      case Kind::structure: {
        Map members;
        structure(shape, json, path, members);
        return members;
      }
      case Kind::list:
        return list(shape, json, path);
      case Kind::map:
        return map(shape, json, path);
      default:
        return scalar(member, json, path);
    }
  }

  Value list(const Shape& shape, const Value& json, const std::string& path) {
    if (!json.is_list()) {
      if (json.is_map()) refuse(json, "List", path);
      throw Malformed("Expected list or null", Malformed::Where::body, path);
    }
    List elements;
    elements.reserve(json.list().size());
    for (const Value& element : json.list()) {
      const std::string place = path + "[" + std::to_string(elements.size()) + "]";
      elements.push_back(element.is_null() ? Value() : parse(shape.element, element, place));
    }
    return elements;
  }

  Value map(const Shape& shape, const Value& json, const std::string& path) {
    if (!json.is_map()) wrong_container(json, path);
    Map entries;
    for (const auto& [name, value] : json.map()) {
      entries.set(name, value.is_null() ? Value() : parse(shape.value, value, path + "." + name));
    }
    return entries;
  }

  static Value scalar(const MemberShape& member, const Value& json, const std::string& path) {
    switch (member.shape->kind) {
      case Kind::text:
        if (!json.is_text()) refuse(json, "a String", path);
        return json;
      case Kind::flag:
        if (!json.is_flag()) refuse(json, "Boolean", path);
        return json;
      case Kind::integer:
        return integer(*member.shape, json, path);
      case Kind::number:
        if (json.is_number()) return json.number();
        if (!json.is_text()) refuse(json, "Double", path);
        return scalar_from_text(member, json.text(), Malformed::Where::body);
      case Kind::time:
        if (json.is_number()) return base::from_epoch_seconds(json.number());
        if (!json.is_text()) refuse(json, "Timestamp", path);
        return scalar_from_text(member, json.text(), Malformed::Where::body);
      default:
        if (!json.is_text()) refuse(json, "Blob", path);
        return scalar_from_text(member, json.text(), Malformed::Where::body);
    }
  }

  static Value integer(const Shape& shape, const Value& json, const std::string& path) {
    const std::string_view wanted = shape.is_32_bit ? "an Integer" : "Long";
    if (!json.is_number()) refuse(json, wanted, path);
    // Not through a double, which has no room for the last digits of the longest.
    if (json.is_integer() && !shape.is_32_bit) return json;
    const double number = json.number();
    constexpr double long_limit = 9223372036854775808.0;
    const double limit = shape.is_32_bit ? 2147483648.0 : long_limit;
    if (number != std::floor(number) || number < -limit || number >= limit) {
      if (!json.is_integer()) refuse(json, wanted, path);
      throw Malformed("NUMBER_VALUE can not be converted to " + std::string(wanted),
                      Malformed::Where::body, path);
    }
    return json.is_integer() ? json : Value(static_cast<std::int64_t>(number));
  }

  JsonNames names_;
  UnknownMembers& unknown_;
};

class JsonWriter {
 public:
  explicit JsonWriter(JsonNames names) : names_(names) {}

  void structure(const Shape& shape, const Map& members) {
    out_ += '{';
    bool first = true;
    for (const auto& [name, value] : members) {
      const MemberShape* member = shape.member(name);
      MILLRACE_ASSERT(member);
      if (member->place != Place::body || value.is_null()) continue;
      if (!first) out_ += ',';
      first = false;
      base::write_json_text(out_, names_ == JsonNames::locations ? member->wire_name : name);
      out_ += ':';
      write(*member, value);
    }
    out_ += '}';
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void write(const MemberShape& member, const Value& value) {
    const Shape& shape = *member.shape;
    if (value.is_null() || shape.is_document) {
      out_ += base::write_json(value);
      return;
    }
    switch (shape.kind) {
      case Kind::structure:
        return structure(shape, value.map());
      case Kind::list:
        return list(shape, value.list());
      case Kind::map:
        return map(shape, value.map());
      case Kind::time:
        return time(member, value);
      case Kind::number:
        return base::write_json_number(out_, value.number());
      case Kind::integer:
        out_ += std::to_string(value.is_integer() ? value.integer() : std::llround(value.number()));
        return;
      default:
        out_ += base::write_json(value);
    }
  }

  void time(const MemberShape& member, const Value& value) {
    const std::string text = scalar_to_text(member, value, TimeFormat::epoch);
    if (time_format(member, TimeFormat::epoch) == TimeFormat::epoch) {
      out_ += text;
    } else {
      base::write_json_text(out_, text);
    }
  }

  void list(const Shape& shape, const List& elements) {
    out_ += '[';
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (i > 0) out_ += ',';
      write(shape.element, elements[i]);
    }
    out_ += ']';
  }

  void map(const Shape& shape, const Map& entries) {
    out_ += '{';
    bool first = true;
    for (const auto& [name, value] : entries) {
      if (!first) out_ += ',';
      first = false;
      base::write_json_text(out_, name);
      out_ += ':';
      write(shape.value, value);
    }
    out_ += '}';
  }

  JsonNames names_;
  std::string out_;
};

}  // namespace

Value parse_json_document(std::string_view body) {
  try {
    return base::parse_json(body);
  } catch (const base::JsonError& error) {
    throw Malformed(error.what(), Malformed::Where::body);
  }
}

void parse_json_members(const Shape& shape, std::string_view body, JsonNames names, Map& into,
                        UnknownMembers& unknown) {
  if (body.empty()) return;
  const Value json = parse_json_document(body);
  if (json.is_null()) return;
  JsonParser(names, unknown).structure(shape, json, "", into);
}

std::string write_json_members(const Shape& shape, const Map& members, JsonNames names) {
  JsonWriter writer(names);
  writer.structure(shape, members);
  return writer.take();
}

}  // namespace millrace::aws
