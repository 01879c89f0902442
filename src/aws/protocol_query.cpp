#include "aws/protocol_query.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <map>

namespace millrace::aws {

namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::size_t depth_limit = 32;

// A dotted name's pieces as a tree.
struct Node {
  std::optional<std::string> text;
  std::map<std::string, Node, std::less<>> children;

  [[nodiscard]] const Node* child(std::string_view name) const {
    const auto found = children.find(name);
    return found == children.end() ? nullptr : &found->second;
  }
};

Node tree_of(const base::Pairs& form) {
  Node root;
  for (const auto& [name, text] : form) {
    const auto pieces = base::split(name, '.');
    if (pieces.size() > depth_limit)
      throw Malformed("Too many levels in " + name, Malformed::Where::body, name);
    Node* node = &root;
    for (const std::string_view piece : pieces) node = &node->children[std::string(piece)];
    node->text = text;
  }
  return root;
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

class FormParser {
 public:
  FormParser(Protocol protocol, UnknownMembers& unknown)
      : is_ec2_(protocol == Protocol::ec2), unknown_(unknown) {}

  void structure(const Shape& shape, const Node& node, const std::string& path, Map& into) {
    for (const auto& [name, child] : node.children) {
      if (path.empty() && is_envelope(name)) continue;
      const std::string place = path.empty() ? name : path + "." + name;
      const MemberShape* member = member_named(shape, name);
      if (member) {
        into.set(member->name, parse(*member, child, place));
      } else if (!path.empty() || !is_old_signature(name)) {
        unknown_.push_back(place);
      }
    }
  }

 private:
  // What every form may carry besides the operation's members.
  static bool is_envelope(std::string_view name) {
    constexpr std::string_view names[] = {"Action", "Version"};
    return std::ranges::find(names, name) != std::end(names) || name.starts_with("X-Amz-");
  }

  // A signature of version 2 stands in the form that it signs.
  static bool is_old_signature(std::string_view name) {
    constexpr std::string_view names[] = {"AWSAccessKeyId", "Signature", "SignatureMethod",
                                          "SignatureVersion", "Timestamp"};
    return std::ranges::find(names, name) != std::end(names);
  }

  [[nodiscard]] bool is_flattened(const MemberShape& member) const {
    return is_ec2_ || member.flattened || member.shape->flattened;
  }

  // EC2's names in forms: the one that the model gives for them, else the answer's capitalised.
  static bool is_ec2_name(const MemberShape& member, std::string_view name) {
    if (!member.query_name.empty()) return member.query_name == name;
    return !name.empty() && name.front() == upper(member.wire_name.front()) &&
           name.substr(1) == std::string_view(member.wire_name).substr(1);
  }

  [[nodiscard]] const MemberShape* member_named(const Shape& shape, std::string_view name) const {
    for (const MemberShape& member : shape.members) {
      if (is_ec2_) {
        if (is_ec2_name(member, name)) return &member;
        continue;
      }
      // Clients differ in which name a flattened list goes by when both are given.
      const bool is_list = member.shape->kind == Kind::list && is_flattened(member);
      const MemberShape& element = member.shape->element;
      if (member.wire_name == name) return &member;
      if (is_list && element.has_wire_name && element.wire_name == name) return &member;
    }
    return nullptr;
  }

  // A text of its own where only inner names may be; an empty one is how clients send an empty
  // list.
  static void refuse_text(const Node& node, std::string_view what, const std::string& path) {
    if (node.text.value_or("").empty()) return;
    throw Malformed("Unexpected " + std::string(what) + " element termination",
                    Malformed::Where::body, path);
  }

  Value parse(const MemberShape& member, const Node& node, const std::string& path) {
    switch (member.shape->kind) {
      case Kind::structure: {
        refuse_text(node, "complex", path);
        Map members;
        structure(*member.shape, node, path, members);
        return members;
      }
      case Kind::list:
        return list(member, node, path);
      case Kind::map:
        return map(member, node, path);
      default:
        for (const auto& [name, child] : node.children) unknown_.push_back(path + "." + name);
        return scalar_from_text(member, node.text.value_or(""), Malformed::Where::body);
    }
  }

  // The numbered children in the order of their numbers; other children are unknown.
  std::vector<const Node*> numbered(const Node& node, const std::string& path) {
    std::vector<std::pair<std::int64_t, const Node*>> entries;
    for (const auto& [name, child] : node.children) {
      const auto number = base::to_integer(name);
      if (number) {
        entries.emplace_back(*number, &child);
      } else {
        unknown_.push_back(path + "." + name);
      }
    }
    std::ranges::sort(entries);
    std::vector<const Node*> nodes;
    for (const auto& [number, child] : entries) nodes.push_back(child);
    return nodes;
  }

  // The node that holds the numbers: itself when flattened, else the one child of the wrapper's
  // name.
  const Node* inner(const MemberShape& member, const Node& node, std::string_view wrapper,
                    const std::string& path) {
    if (is_flattened(member)) return &node;
    for (const auto& [name, child] : node.children) {
      if (name != wrapper) unknown_.push_back(path + "." + name);
    }
    return node.child(wrapper);
  }

  Value list(const MemberShape& member, const Node& node, const std::string& path) {
    refuse_text(node, "list", path);
    List elements;
    const MemberShape& element = member.shape->element;
    const Node* holder = inner(member, node, element.wire_name, path);
    if (!holder) return elements;
    for (const Node* child : numbered(*holder, path)) {
      elements.push_back(
          parse(element, *child, path + "[" + std::to_string(elements.size()) + "]"));
    }
    return elements;
  }

  Value map(const MemberShape& member, const Node& node, const std::string& path) {
    refuse_text(node, "map", path);
    Map entries;
    const Shape& shape = *member.shape;
    const Node* holder = inner(member, node, "entry", path);
    if (!holder) return entries;
    for (const Node* child : numbered(*holder, path)) {
      const Node* key = child->child(shape.key.wire_name);
      const Node* value = child->child(shape.value.wire_name);
      if (!key || !key->text || !value) {
        throw Malformed("A map's entry lacks its key or value", Malformed::Where::body, path);
      }
      entries.set(*key->text, parse(shape.value, *value, path + "." + *key->text));
    }
    return entries;
  }

  bool is_ec2_;
  UnknownMembers& unknown_;
};

}  // namespace

void parse_form_members(Protocol protocol, const Shape& shape, const base::Pairs& form, Map& into,
                        UnknownMembers& unknown) {
  FormParser(protocol, unknown).structure(shape, tree_of(form), "", into);
}

}  // namespace millrace::aws
