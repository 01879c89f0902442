#include "organizations/management_policies.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace millrace::organizations {
namespace {

using base::List;
using base::Map;
using base::Value;

constexpr std::string_view allowed_for_children = "@@operators_allowed_for_child_policies";

// The value-setting operators that policies further down may use.
struct Operators {
  bool assign = true;
  bool append = true;
  bool remove = true;
  [[nodiscard]] bool any() const { return assign || append || remove; }
};

Operators operator&(const Operators& a, const Operators& b) {
  return {.assign = a.assign && b.assign,
          .append = a.append && b.append,
          .remove = a.remove && b.remove};
}

// A setting with its value, or what contains settings.
struct Node {
  std::string name;
  Value value;  // null until it is set
  std::vector<Node> inside;
  Operators allowed = {};       // by the levels above
  Operators for_children = {};  // by this level, for those below
  bool was_assigned = false;    // by an earlier policy of this level
};

// The keys of tags may differ in case.
Node* find(Node& parent, std::string_view name) {
  const auto found = std::ranges::find_if(parent.inside, [name](const Node& node) {
    return base::equal_ignoring_case(node.name, name);
  });
  return found == parent.inside.end() ? nullptr : &*found;
}

Operators operators_of(const Value& list) {
  const auto has = [&](const char* name) {
    return std::ranges::find(list.list(), Value(name)) != list.list().end();
  };
  const bool all = has("@@all");
  if (has("@@none")) return {.assign = false, .append = false, .remove = false};
  return {.assign = all || has("@@assign"),
          .append = all || has("@@append"),
          .remove = all || has("@@remove")};
}

List as_list(const Value& value) {
  if (value.is_list()) return value.list();
  return value.is_null() ? List{} : List{value};
}

bool has(const List& list, const Value& value) {
  return std::ranges::find(list, value) != list.end();
}

// Of policies on one level the one that was attached first assigns.
void assign(Node& node, const Value& value) {
  if (!node.allowed.assign || node.was_assigned) return;
  node.value = value;
  node.was_assigned = true;
}

void append(Node& node, const Value& values) {
  if (!node.allowed.append) return;
  List list = as_list(node.value);
  for (const Value& one : as_list(values)) {
    if (!has(list, one)) list.push_back(one);
  }
  node.value = std::move(list);
}

void remove(Node& node, const Value& values) {
  if (!node.allowed.remove) return;
  const List unwanted = as_list(values);
  List list = as_list(node.value);
  std::erase_if(list, [&](const Value& one) { return has(unwanted, one); });
  node.value = std::move(list);
}

void apply(Node& node, const Map& policy);

void apply_inside(Node& node, const std::string& name, const Map& policy) {
  Node* inside = find(node, name);
  // What children may not set, they may not add to either.
  if (inside == nullptr && !node.allowed.any()) return;
  if (inside == nullptr) inside = &node.inside.emplace_back(Node{.name = name});
  apply(*inside, policy);
}

void apply(Node& node, const Map& policy) {
  for (const auto& [name, value] : policy) {
    if (name == allowed_for_children) {
      node.for_children = node.for_children & operators_of(value);
    } else if (name == "@@assign") {
      assign(node, value);
    } else if (name == "@@append") {
      append(node, value);
    } else if (name == "@@remove") {
      remove(node, value);
    } else {
      apply_inside(node, name, value.map());
    }
  }
}

// Limits once made hold further down, whatever is said there.
void end_level(Node& node) {
  node.allowed = node.allowed & node.for_children;
  node.was_assigned = false;
  for (Node& inside : node.inside) end_level(inside);
}

Map shown(const Node& node) {
  Map map;
  for (const Node& inside : node.inside) {
    const bool is_set = !inside.value.is_null() && inside.value != Value(List{});
    if (is_set) map.set(inside.name, inside.value);
    Map further = shown(inside);
    if (!is_set && !further.empty()) map.set(inside.name, std::move(further));
  }
  return map;
}

PolicyLevel level_of(const Organization& organization, const std::vector<std::string>& attached,
                     PolicyType type) {
  PolicyLevel level;
  for (const std::string& id : attached) {
    const ControlPolicy& policy = organization.policies.find(id)->second;
    if (policy.type == type) level.push_back(base::parse_json(policy.content));
  }
  return level;
}

}  // namespace

Map merged(const std::vector<PolicyLevel>& levels) {
  Node root;
  for (const PolicyLevel& level : levels) {
    for (const Value& policy : level) apply(root, policy.map());
    end_level(root);
  }
  return shown(root);
}

std::optional<std::string> effective_policy(const Organization& organization,
                                            std::string_view account, PolicyType type) {
  if (!organization.enabled.contains(type)) return std::nullopt;
  std::vector<PolicyLevel> levels;
  for (const std::string& id : path_to(organization, account))
    levels.push_back(level_of(organization, organization.units.find(id)->second.attached, type));
  const Member& member = organization.members.find(account)->second;
  levels.push_back(level_of(organization, member.attached, type));
  Map policy = merged(levels);
  if (policy.empty()) return std::nullopt;
  return base::write_json(Value(std::move(policy)));
}

}  // namespace millrace::organizations
