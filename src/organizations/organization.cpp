// Founding, ids, and the ways through the tree.
#include "organizations/organization.hpp"

#include "organizations/limits.hpp"

#include <algorithm>

namespace millrace::organizations {
namespace {

constexpr const char* id_alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t organization_id_length = 10;
constexpr std::size_t root_id_length = 4;

constexpr std::string_view allow_every_action = R"({
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "*",
      "Resource": "*"
    }
  ]
})";

constexpr std::string_view allow_everybody = R"({
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": "*",
      "Action": "*",
      "Resource": "*"
    }
  ]
})";

ControlPolicy shipped(std::string_view id, PolicyType type, std::string_view description,
                      std::string_view content, policy::PolicyKind kind) {
  return {.id = std::string(id),
          .type = type,
          .name = std::string(id.substr(2)),
          .description = std::string(description),
          .content = std::string(content),
          .parsed = std::make_shared<const policy::Policy>(policy::parse_policy(content, kind)),
          .is_aws_managed = true};
}

template <class Tree>
auto attached_in(Tree& tree, std::string_view id)
    -> decltype(&tree.units.begin()->second.attached) {
  const auto unit = tree.units.find(id);
  if (unit != tree.units.end()) return &unit->second.attached;
  const auto member = tree.members.find(id);
  return member == tree.members.end() ? nullptr : &member->second.attached;
}

}  // namespace

std::vector<std::string> default_policies(const Organization& organization) {
  std::vector<std::string> ids;
  for (const PolicyType type : organization.enabled) {
    const std::string_view id = default_policy(type);
    if (!id.empty()) ids.emplace_back(id);
  }
  return ids;
}

std::string make_id(base::Random& random, std::string_view prefix, std::size_t length) {
  return std::string(prefix) + base::random_text(random, length, id_alphabet);
}

std::vector<ControlPolicy> shipped_policies() {
  return {
      shipped(full_access, PolicyType::service_control, "Allows access to every operation",
              allow_every_action, policy::PolicyKind::service_control),
      shipped(full_resource_access, PolicyType::resource_control, "Allows access to every resource",
              allow_everybody, policy::PolicyKind::resource)};
}

std::string_view default_policy(PolicyType type) {
  if (type == PolicyType::service_control) return full_access;
  return type == PolicyType::resource_control ? full_resource_access : "";
}

Organization found(const Founding& asked, base::Timestamp now, base::Random& random) {
  Organization made{.id = make_id(random, "o-", organization_id_length),
                    .management = asked.management,
                    .features = asked.features,
                    .created = now,
                    .root = make_id(random, "r-", root_id_length)};
  // AWS's reference says that service control policies are on from the start; what AWS makes has no
  // type on.
  made.units[made.root] = Unit{.id = made.root, .name = "Root"};
  made.members[asked.management] = Member{.account = asked.management,
                                          .name = asked.name,
                                          .email = asked.email,
                                          .parent = made.root,
                                          .was_invited = true,
                                          .joined = now};
  for (ControlPolicy& policy : shipped_policies()) {
    const std::string id = policy.id;
    made.policies[id] = std::move(policy);
  }
  return made;
}

std::vector<std::string> path_to(const Organization& organization, std::string_view id) {
  std::vector<std::string> path;
  std::string at(id);
  const auto member = organization.members.find(id);
  if (member != organization.members.end()) at = member->second.parent;
  // A tree is as deep as its units are many, at the very most.
  for (std::size_t steps = 0; steps <= organization.units.size(); ++steps) {
    const auto unit = organization.units.find(at);
    if (unit == organization.units.end()) break;
    path.push_back(at);
    at = unit->second.parent;
  }
  std::reverse(path.begin(), path.end());
  return path;
}

std::string path_text(const Organization& organization, std::string_view id) {
  std::string text = organization.id + "/";
  for (const std::string& step : path_to(organization, id)) text += step + "/";
  if (organization.members.contains(id)) text += std::string(id) + "/";
  return text;
}

bool is_gone(const Member& member, base::Timestamp now) {
  return member.closed && *member.closed + closed_accounts_stay <= now;
}

const Member* find_member(const Organization& organization, std::string_view account,
                          base::Timestamp now) {
  const auto found = organization.members.find(account);
  if (found == organization.members.end() || is_gone(found->second, now)) return nullptr;
  return &found->second;
}

const std::vector<std::string>* find_attached(const Organization& organization,
                                              std::string_view id) {
  return attached_in(organization, id);
}

std::vector<std::string>* find_attached(Organization& organization, std::string_view id) {
  return attached_in(organization, id);
}

}  // namespace millrace::organizations
