// Organizational units, and what is in them and in the root.
#include "organizations/units.hpp"

#include "service/organizations/answers.hpp"
#include "service/organizations/service.hpp"

namespace millrace::service::organizations {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

// --- CreateOrganizationalUnit

struct CreateUnit {
  std::string parent;
  std::string name;
  store::Tags tags;
};

CreateUnit read_create(const View& in) {
  return {
      .parent = in.take("ParentId").text(), .name = in.take("Name").text(), .tags = read_tags(in)};
}

Value create(Service& service, const aws::Call& call, const CreateUnit& ask) {
  const Asker asker(service, call);
  asker.require_leave({asker.arns().unit(ask.parent)}, tag_conditions(ask.tags));
  asker.require_tagging(asker.arns().unit("ou-*"), ask.tags);
  const std::string management = asker.organization().management;
  std::string id;
  const auto after = service.organizations.change(management, [&](engine::Organization& changed) {
    const engine::NewUnit unit{.parent = ask.parent, .name = ask.name, .tags = ask.tags};
    id = engine::create_unit(changed, unit, service.random).id;
  });
  return Map{{"OrganizationalUnit", unit_answer(*after, after->units.find(id)->second)}};
}

// --- DescribeOrganizationalUnit, DeleteOrganizationalUnit

struct UnitId {
  std::string id;
};

UnitId read_id(const View& in) { return {.id = in.take("OrganizationalUnitId").text()}; }

Value describe(Service& service, const aws::Call& call, const UnitId& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = asker.require({asker.arns().unit(ask.id)});
  return Map{
      {"OrganizationalUnit", unit_answer(organization, engine::unit_of(organization, ask.id))}};
}

Value erase(Service& service, const aws::Call& call, const UnitId& ask) {
  const Asker asker(service, call);
  const std::string management = asker.require({asker.arns().unit(ask.id)}).management;
  service.organizations.change(
      management, [&](engine::Organization& changed) { engine::erase_unit(changed, ask.id); });
  return Map{};
}

// --- UpdateOrganizationalUnit

struct UpdateUnit {
  std::string id;
  std::optional<std::string> name;
};

UpdateUnit read_update(const View& in) {
  return {.id = in.take("OrganizationalUnitId").text(), .name = in.take("Name").optional_text()};
}

Value update(Service& service, const aws::Call& call, const UpdateUnit& ask) {
  const Asker asker(service, call);
  const std::string management = asker.require({asker.arns().unit(ask.id)}).management;
  const auto after = service.organizations.change(management, [&](engine::Organization& changed) {
    engine::rename_unit(changed, ask.id, ask.name);
  });
  return Map{{"OrganizationalUnit", unit_answer(*after, engine::unit_of(*after, ask.id))}};
}

// --- what is in a parent

struct InParent {
  std::string parent;
  Paging paging;
};

InParent read_parent(const View& in) {
  return {.parent = in.take("ParentId").text(), .paging = read_paging(in)};
}

// The caller's organisation, after the parent was found in it.
const engine::Organization& with_parent(const Asker& asker, const std::string& parent) {
  const engine::Organization& organization = asker.require({asker.arns().unit(parent)});
  if (organization.units.contains(parent)) return organization;
  throw engine::Refused(engine::Why::parent_not_found, "You specified parent that doesn't exist.");
}

Value units_in(Service& service, const aws::Call& call, const InParent& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = with_parent(asker, ask.parent);
  Items items;
  for (const auto& [id, unit] : organization.units) {
    if (unit.parent == ask.parent) items.emplace_back(id, unit_answer(organization, unit));
  }
  return page(std::move(items), ask.paging, "OrganizationalUnits", call.operation + ask.parent);
}

Value accounts_in(Service& service, const aws::Call& call, const InParent& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = with_parent(asker, ask.parent);
  Items items;
  for (const auto& [account, member] : organization.members) {
    if (member.parent == ask.parent && !engine::is_gone(member, call.now))
      items.emplace_back(account, account_answer(organization, member));
  }
  return page(std::move(items), ask.paging, "Accounts", call.operation + ask.parent);
}

struct Children {
  std::string parent;
  std::string type;
  Paging paging;
};

Children read_children(const View& in) {
  return {.parent = in.take("ParentId").text(),
          .type = in.take("ChildType").text(),
          .paging = read_paging(in)};
}

Value children(Service& service, const aws::Call& call, const Children& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = with_parent(asker, ask.parent);
  Items items;
  const auto add = [&](const std::string& id, const std::string& parent) {
    if (parent == ask.parent) items.emplace_back(id, Map{{"Id", id}, {"Type", ask.type}});
  };
  if (ask.type == "ACCOUNT") {
    for (const auto& [account, member] : organization.members) {
      if (!engine::is_gone(member, call.now)) add(account, member.parent);
    }
  } else {
    for (const auto& [id, unit] : organization.units) add(id, unit.parent);
  }
  return page(std::move(items), ask.paging, "Children", call.operation + ask.type + ask.parent);
}

// --- ListParents

struct ChildId {
  std::string id;
  Paging paging;
};

ChildId read_child(const View& in) {
  return {.id = in.take("ChildId").text(), .paging = read_paging(in)};
}

std::string parent_of(const engine::Organization& organization, const std::string& child,
                      base::Timestamp now) {
  const auto unit = organization.units.find(child);
  if (unit != organization.units.end() && !unit->second.parent.empty()) return unit->second.parent;
  if (const engine::Member* member = engine::find_member(organization, child, now))
    return member->parent;
  throw engine::Refused(engine::Why::child_not_found, "You specified a child that doesn't exist.");
}

Value parents(Service& service, const aws::Call& call, const ChildId& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = asker.require({asker.arns().target(ask.id)});
  const std::string parent = parent_of(organization, ask.id, call.now);
  const Map answer{{"Id", parent},
                   {"Type", parent == organization.root ? "ROOT" : "ORGANIZATIONAL_UNIT"}};
  return page({{parent, answer}}, ask.paging, "Parents", call.operation + ask.id);
}

constexpr aws::Operation table[] = {
    operation<read_create, create>("CreateOrganizationalUnit"),
    operation<read_id, erase>("DeleteOrganizationalUnit"),
    operation<read_id, describe>("DescribeOrganizationalUnit"),
    operation<read_parent, accounts_in>("ListAccountsForParent"),
    operation<read_children, children>("ListChildren"),
    operation<read_parent, units_in>("ListOrganizationalUnitsForParent"),
    operation<read_child, parents>("ListParents"),
    operation<read_update, update>("UpdateOrganizationalUnit"),
};

}  // namespace

const std::span<const aws::Operation> unit_operations = table;

}  // namespace millrace::service::organizations
