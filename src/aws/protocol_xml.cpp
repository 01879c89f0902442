#include "aws/protocol_xml.hpp"

#include "base/assert.hpp"
#include "base/text.hpp"

namespace millrace::aws {

namespace {

using base::List;
using base::Map;
using base::Value;
using base::XmlElement;

bool is_flattened(const MemberShape& member) { return member.flattened || member.shape->flattened; }

// A flattened list's elements bear the element's own name, where it has one.
const std::string& element_name(const MemberShape& member) {
  const MemberShape& element = member.shape->element;
  const bool own =
      member.shape->kind == Kind::list && is_flattened(member) && element.has_wire_name;
  return own ? element.wire_name : member.wire_name;
}

class XmlParser {
 public:
  explicit XmlParser(UnknownMembers& unknown) : unknown_(unknown) {}

  void structure(const Shape& shape, const XmlElement& element, const std::string& path,
                 Map& into) {
    for (const MemberShape& member : shape.members) {
      if (!member.xml_attribute) continue;
      if (const std::string* text = element.attribute(member.wire_name))
        into.set(member.name, *text);
    }
    for (const XmlElement& child : element.children) {
      const MemberShape* member = member_named(shape, child.name);
      const std::string place = path.empty() ? child.name : path + "." + child.name;
      if (!member) {
        unknown_.push_back(place);
      } else {
        add(*member, child, place, into);
      }
    }
  }

 private:
  static const MemberShape* member_named(const Shape& shape, std::string_view name) {
    for (const MemberShape& member : shape.members) {
      if (member.place != Place::body || member.xml_attribute) continue;
      if (element_name(member) == name || member.wire_name == name) return &member;
    }
    return nullptr;
  }

  void add(const MemberShape& member, const XmlElement& child, const std::string& path, Map& into) {
    const Shape& shape = *member.shape;
    if (!is_flattened(member) || (shape.kind != Kind::list && shape.kind != Kind::map)) {
      into.set(member.name, parse(member, child, path));
      return;
    }
    if (!into.find(member.name)) {
      into.set(member.name, shape.kind == Kind::list ? Value(List{}) : Value(Map{}));
    }
    Value& collected = *into.find(member.name);
    if (shape.kind == Kind::list) {
      collected.list().push_back(parse(shape.element, child, path));
    } else {
      entry(shape, child, path, collected.map());
    }
  }

  // Of what holds elements, characters other than space are no part.
  static void refuse_text(const XmlElement& element, const std::string& path) {
    if (base::trim(element.text).empty()) return;
    throw Malformed("Text found where not expected", Malformed::Where::body, path);
  }

  Value parse(const MemberShape& member, const XmlElement& element, const std::string& path) {
    const Shape& shape = *member.shape;
    const bool holds_elements =
        shape.kind == Kind::structure || shape.kind == Kind::list || shape.kind == Kind::map;
    if (holds_elements) refuse_text(element, path);
    if (shape.kind == Kind::structure) {
      Map members;
      structure(shape, element, path, members);
      return members;
    }
    if (shape.kind == Kind::list) return list(shape, element, path);
    if (shape.kind == Kind::map) {
      Map entries;
      for (const XmlElement& child : element.children) entry(shape, child, path, entries);
      return entries;
    }
    if (!element.children.empty()) unknown_.push_back(path + "." + element.children.front().name);
    return scalar_from_text(member, element.text, Malformed::Where::body);
  }

  Value list(const Shape& shape, const XmlElement& element, const std::string& path) {
    List elements;
    for (const XmlElement& child : element.children) {
      if (child.name != shape.element.wire_name) {
        unknown_.push_back(path + "." + child.name);
      } else {
        elements.push_back(
            parse(shape.element, child, path + "[" + std::to_string(elements.size()) + "]"));
      }
    }
    return elements;
  }

  void entry(const Shape& shape, const XmlElement& element, const std::string& path, Map& into) {
    const XmlElement* key = element.child(shape.key.wire_name);
    const XmlElement* value = element.child(shape.value.wire_name);
    if (!key || !value)
      throw Malformed("A map's entry lacks its key or value", Malformed::Where::body, path);
    into.set(key->text, parse(shape.value, *value, path + "." + key->text));
  }

  UnknownMembers& unknown_;
};

class XmlWriter {
 public:
  explicit XmlWriter(XmlStyle style) : style_(style) {}

  void members(const Shape& shape, const Map& members) {
    for (const auto& [name, value] : members) {
      const MemberShape* member = shape.member(name);
      MILLRACE_ASSERT(member);
      if (member->place != Place::body || member->xml_attribute || value.is_null()) continue;
      write_member(*member, value);
    }
  }

  void open(std::string_view name, std::string_view xml_namespace, std::string_view prefix,
            const Shape& shape, const Map* members) {
    out_ += '<';
    out_ += name;
    if (!xml_namespace.empty()) {
      out_ += prefix.empty() ? std::string(" xmlns") : " xmlns:" + std::string(prefix);
      out_ += "=\"" + std::string(xml_namespace) + "\"";
    }
    if (members) attributes(shape, *members);
    out_ += '>';
  }

  void close(std::string_view name) {
    out_ += "</";
    out_ += name;
    out_ += '>';
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void attributes(const Shape& shape, const Map& members) {
    for (const MemberShape& member : shape.members) {
      const Value* value = member.xml_attribute ? members.find(member.name) : nullptr;
      if (!value) continue;
      out_ += " " + member.wire_name + "=\"";
      base::escape_xml(out_, value->text());
      out_ += '"';
    }
  }

  void write_member(const MemberShape& member, const Value& value) {
    const Shape& shape = *member.shape;
    const bool flat = is_flattened(member);
    if (flat && shape.kind == Kind::list) {
      for (const Value& element : value.list()) write(element_name(member), shape.element, element);
    } else if (flat && shape.kind == Kind::map) {
      for (const auto& [key, entry_value] : value.map())
        entry(member.wire_name, shape, key, entry_value);
    } else {
      write(member.wire_name, member, value);
    }
  }

  void write(std::string_view name, const MemberShape& member, const Value& value) {
    const Shape& shape = *member.shape;
    const bool of_member = !member.xml_namespace.empty();
    open(name, of_member ? member.xml_namespace : shape.xml_namespace,
         of_member ? member.xml_prefix : shape.xml_prefix, shape,
         value.is_map() ? &value.map() : nullptr);
    switch (shape.kind) {
      case Kind::structure:
        members(shape, value.map());
        break;
      case Kind::list:
        for (const Value& element : value.list())
          write(shape.element.wire_name, shape.element, element);
        break;
      case Kind::map:
        for (const auto& [key, entry_value] : value.map()) entry("entry", shape, key, entry_value);
        break;
      default:
        base::escape_xml(out_,
                         scalar_to_text(member, value, TimeFormat::iso8601, style_.milliseconds));
    }
    close(name);
  }

  void entry(std::string_view name, const Shape& shape, const std::string& key,
             const Value& value) {
    out_ += "<" + std::string(name) + ">";
    write_xml_element(out_, shape.key.wire_name, key);
    write(shape.value.wire_name, shape.value, value);
    close(name);
  }

  XmlStyle style_;
  std::string out_;
};

}  // namespace

void parse_xml_members(const Shape& shape, std::string_view document, Map& into,
                       UnknownMembers& unknown) {
  if (document.empty()) return;
  XmlElement root;
  try {
    root = base::parse_xml(document);
  } catch (const base::XmlError& error) {
    throw Malformed(error.what(), Malformed::Where::body);
  }
  XmlParser(unknown).structure(shape, root, "", into);
}

std::string write_xml_members(const Shape& shape, const Map& members, XmlStyle style) {
  XmlWriter writer(style);
  writer.members(shape, members);
  return writer.take();
}

std::string write_xml_root(std::string_view name, std::string_view xml_namespace,
                           const Shape& shape, const Map& members, XmlStyle style) {
  XmlWriter writer(style);
  writer.open(name, xml_namespace, "", shape, &members);
  writer.members(shape, members);
  writer.close(name);
  return writer.take();
}

void write_xml_element(std::string& out, std::string_view name, std::string_view text) {
  out += '<';
  out += name;
  out += '>';
  base::escape_xml(out, text);
  out += "</";
  out += name;
  out += '>';
}

}  // namespace millrace::aws
