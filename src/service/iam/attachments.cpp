// Managed policies on users and roles: attached, or as permissions boundary.
#include "service/iam/answers.hpp"
#include "service/iam/holders.hpp"
#include "service/iam/service.hpp"

#include <algorithm>

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

// --- Attach, Detach

template <Holder holder>
struct Attachment {
  std::string name;
  std::string policy_arn;
};

template <Holder holder>
Attachment<holder> read_attachment(const View& in) {
  return {.name = read_holder_name(in, holder), .policy_arn = in.take("PolicyArn").text()};
}

template <Holder holder>
Value attach(Service& service, const aws::Call& call, const Attachment<holder>& ask) {
  const auto who = holder_name(call, holder, ask.name);
  require_on(service, call, who, {{"iam:PolicyARN", {ask.policy_arn}}});
  identity::attach(service.directory.roster, who, ask.policy_arn);
  return Map{};
}

template <Holder holder>
Value detach(Service& service, const aws::Call& call, const Attachment<holder>& ask) {
  const auto who = holder_name(call, holder, ask.name);
  require_on(service, call, who, {{"iam:PolicyARN", {ask.policy_arn}}});
  identity::detach(service.directory.roster, who, ask.policy_arn);
  return Map{};
}

// --- ListAttached

template <Holder holder>
struct ListAttached {
  std::string name;
  std::string path_prefix;
  Paging paging;
};

template <Holder holder>
ListAttached<holder> read_list(const View& in) {
  return {.name = read_holder_name(in, holder),
          .path_prefix = in.take("PathPrefix").text_or("/"),
          .paging = read_paging(in)};
}

template <Holder holder>
Value list(Service& service, const aws::Call& call, const ListAttached<holder>& ask) {
  const auto who = holder_name(call, holder, ask.name);
  require_on(service, call, who);
  identity::Roster& roster = service.directory.roster;
  Items items;
  for (const std::string& arn : identity::grants_of(roster, who).attached) {
    const identity::Entity policy = roster.policy(call.account, arn).entity;
    if (!policy.path.starts_with(ask.path_prefix)) continue;
    items.emplace_back(policy.name + " " + policy.id,
                       Map{{"PolicyName", policy.name}, {"PolicyArn", arn}});
  }
  return page(std::move(items), ask.paging, "AttachedPolicies", call.operation + ask.name);
}

// --- permissions boundaries

template <Holder holder>
struct Boundary {
  std::string name;
  std::optional<std::string> policy_arn;
};

template <Holder holder>
Boundary<holder> read_put_boundary(const View& in) {
  return {.name = read_holder_name(in, holder),
          .policy_arn = in.take("PermissionsBoundary").text()};
}

template <Holder holder>
Boundary<holder> read_delete_boundary(const View& in) {
  return {.name = read_holder_name(in, holder), .policy_arn = std::nullopt};
}

// Of a holder that is not there: none, so that who may not ask does not learn which names there
// are.
std::optional<std::string> boundary_of(Service& service, const identity::HolderName& who) {
  if (who.holder == Holder::user) {
    const auto found = service.directory.roster.find_user(who.account, who.name);
    return found ? found->grants.boundary : std::nullopt;
  }
  const auto found = service.directory.roster.find_role(who.account, who.name);
  return found ? found->grants.boundary : std::nullopt;
}

template <Holder holder>
Value set_boundary(Service& service, const aws::Call& call, const Boundary<holder>& ask) {
  const auto who = holder_name(call, holder, ask.name);
  const auto named = ask.policy_arn ? ask.policy_arn : boundary_of(service, who);
  require_on(
      service, call, who,
      named ? identity::Conditions{{"iam:PermissionsBoundary", {*named}}} : identity::Conditions{});
  identity::set_boundary(service.directory.roster, who, ask.policy_arn);
  return Map{};
}

// --- ListEntitiesForPolicy

struct ListEntities {
  std::string policy_arn;
  std::string filter;
  std::string usage;
  std::string path_prefix;
  Paging paging;
};

ListEntities read_list_entities(const View& in) {
  return {.policy_arn = in.take("PolicyArn").text(),
          .filter = in.take("EntityFilter").text_or(""),
          .usage = in.take("PolicyUsageFilter").text_or(""),
          .path_prefix = in.take("PathPrefix").text_or("/"),
          .paging = read_paging(in)};
}

bool holds(const identity::Grants& grants, const ListEntities& ask) {
  const auto& attached = grants.attached;
  const bool permits =
      std::find(attached.begin(), attached.end(), ask.policy_arn) != attached.end();
  const bool bounds = grants.boundary == ask.policy_arn;
  if (ask.usage == "PermissionsPolicy") return permits;
  if (ask.usage == "PermissionsBoundary") return bounds;
  return permits || bounds;
}

template <class Entities>
void add_holders(const Entities& entities, const ListEntities& ask, const std::string& type,
                 Items& into) {
  for (const auto& [name, one] : entities) {
    if (!holds(one.grants, ask) || !one.entity.path.starts_with(ask.path_prefix)) continue;
    into.emplace_back(type + name, Map{{type + "Name", name}, {type + "Id", one.entity.id}});
  }
}

aws::List of_type(const Items& items, std::string_view type) {
  aws::List list;
  for (const auto& [key, value] : items) {
    if (key.starts_with(type)) list.push_back(value);
  }
  return list;
}

Value list_entities(Service& service, const aws::Call& call, const ListEntities& ask) {
  (void)service.directory.roster.policy(call.account, ask.policy_arn);
  const identity::Contents contents = service.directory.roster.contents(call.account);
  Items items;
  const bool all =
      ask.filter.empty() || ask.filter == "LocalManagedPolicy" || ask.filter == "AWSManagedPolicy";
  if (all || ask.filter == "Role") add_holders(contents.roles, ask, "Role", items);
  if (all || ask.filter == "User") add_holders(contents.users, ask, "User", items);
  Map answer;
  const Items shown =
      on_page(std::move(items), ask.paging, "ListEntitiesForPolicy" + ask.policy_arn, answer);
  answer.set("PolicyGroups", aws::List{});
  answer.set("PolicyRoles", of_type(shown, "Role"));
  answer.set("PolicyUsers", of_type(shown, "User"));
  return answer;
}

constexpr Holder user = Holder::user;
constexpr Holder role = Holder::role;

constexpr aws::Operation table[] = {
    operation<read_attachment<role>, attach<role>>("AttachRolePolicy", {.access = asked_in_act}),
    operation<read_attachment<user>, attach<user>>("AttachUserPolicy", {.access = asked_in_act}),
    operation<read_delete_boundary<role>, set_boundary<role>>("DeleteRolePermissionsBoundary",
                                                              {.access = asked_in_act}),
    operation<read_delete_boundary<user>, set_boundary<user>>("DeleteUserPermissionsBoundary",
                                                              {.access = asked_in_act}),
    operation<read_attachment<role>, detach<role>>("DetachRolePolicy", {.access = asked_in_act}),
    operation<read_attachment<user>, detach<user>>("DetachUserPolicy", {.access = asked_in_act}),
    operation<read_list<role>, list<role>>("ListAttachedRolePolicies", {.access = asked_in_act}),
    operation<read_list<user>, list<user>>("ListAttachedUserPolicies", {.access = asked_in_act}),
    operation<read_list_entities, list_entities>("ListEntitiesForPolicy", {.access = on_policy}),
    operation<read_put_boundary<role>, set_boundary<role>>("PutRolePermissionsBoundary",
                                                           {.access = asked_in_act}),
    operation<read_put_boundary<user>, set_boundary<user>>("PutUserPermissionsBoundary",
                                                           {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> attachment_operations = table;

}  // namespace millrace::service::iam
