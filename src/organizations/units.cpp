#include "organizations/units.hpp"

#include "organizations/limits.hpp"
#include "organizations/refused.hpp"

#include <algorithm>

namespace millrace::organizations {
namespace {

constexpr std::size_t unit_id_length = 8;  // after the root's

void check_name_is_free(const Organization& organization, std::string_view parent,
                        std::string_view name, std::string_view own_id) {
  const auto is_taken = [&](const auto& entry) {
    const Unit& unit = entry.second;
    return unit.parent == parent && unit.name == name && unit.id != own_id;
  };
  if (std::any_of(organization.units.begin(), organization.units.end(), is_taken))
    throw Refused(Why::duplicate_unit, "An OU with the same name already exists.");
}

void check_room(const Organization& organization, std::string_view parent) {
  if (organization.units.size() > max_units)  // one of them is the root
    throw Refused(Why::constraint, "You have exceeded the number of OUs for this organization.",
                  "OU_NUMBER_LIMIT_EXCEEDED");
  if (path_to(organization, parent).size() > max_unit_depth)
    throw Refused(Why::constraint, "You have exceeded the depth of OU nesting.",
                  "OU_DEPTH_LIMIT_EXCEEDED");
}

std::string free_id(const Organization& organization, base::Random& random) {
  const std::string prefix = "ou-" + organization.root.substr(2) + "-";
  std::string id;
  do {
    id = make_id(random, prefix, unit_id_length);
  } while (organization.units.contains(id));
  return id;
}

}  // namespace

const Unit& unit_of(const Organization& organization, std::string_view id) {
  const auto found = organization.units.find(id);
  if (found == organization.units.end() || id == organization.root)
    throw Refused(Why::unit_not_found, "You specified an organizational unit that doesn't exist.");
  return found->second;
}

const Unit& create_unit(Organization& organization, const NewUnit& asked, base::Random& random) {
  if (!organization.units.contains(asked.parent))
    throw Refused(Why::parent_not_found, "You specified parent that doesn't exist.");
  check_name_is_free(organization, asked.parent, asked.name, "");
  check_room(organization, asked.parent);
  Unit unit{.id = free_id(organization, random), .name = asked.name, .parent = asked.parent};
  unit.attached = default_policies(organization);
  organization.tags_at_birth[unit.id] = asked.tags;
  return organization.units[unit.id] = unit;
}

void rename_unit(Organization& organization, std::string_view id,
                 const std::optional<std::string>& name) {
  const Unit& unit = unit_of(organization, id);
  if (!name) return;
  check_name_is_free(organization, unit.parent, *name, unit.id);
  organization.units[unit.id].name = *name;
}

void erase_unit(Organization& organization, std::string_view id) {
  const std::string own_id = unit_of(organization, id).id;
  const auto is_in_it = [&](const auto& entry) { return entry.second.parent == own_id; };
  const auto& members = organization.members;
  if (std::any_of(organization.units.begin(), organization.units.end(), is_in_it) ||
      std::any_of(members.begin(), members.end(), is_in_it))
    throw Refused(Why::unit_not_empty,
                  "The specified OU is not empty. Move all accounts to another root or to other "
                  "OUs, remove all child OUs, and try the operation again.");
  organization.units.erase(own_id);
}

}  // namespace millrace::organizations
