// Managed policies on users, groups and roles: attached, or as permissions boundary.
#include "identity/errors.hpp"
#include "identity/service_linked_roles.hpp"
#include "service/iam/answers.hpp"
#include "service/iam/holders.hpp"
#include "service/iam/service.hpp"

#include <set>

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

void require_on_attachment(Service& service, const aws::Call& call, const identity::HolderName& who,
                           const std::string& policy_arn) {
  policy::Conditions further = boundary_condition(service, who);
  further["iam:PolicyARN"] = {policy_arn};
  require_on(service, call, who, further);
}

// Policies that AWS made for its services' own roles.
void check_attachable(Service& service, const identity::HolderName& who, const std::string& arn) {
  check_policy_arn(arn);
  if (!arn.starts_with("arn:aws:iam::aws:policy/aws-service-role/")) return;
  if (who.holder == Holder::role)
    identity::check_modifiable(
        *service.directory.roster.get<identity::Role>(who.account, who.name));
  throw aws::Error("PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.",
                   400);
}

template <Holder holder>
Value attach(Service& service, const aws::Call& call, const Attachment<holder>& ask) {
  const auto who = holder_name(call, holder, ask.name);
  require_on_attachment(service, call, who, ask.policy_arn);
  check_attachable(service, who, ask.policy_arn);
  identity::attach(service.directory.roster, who, ask.policy_arn);
  return Map{};
}

template <Holder holder>
Value detach(Service& service, const aws::Call& call, const Attachment<holder>& ask) {
  const auto who = holder_name(call, holder, ask.name);
  require_on_attachment(service, call, who, ask.policy_arn);
  check_policy_arn(ask.policy_arn);
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
    const identity::Entity policy = roster.policy(call.account, arn)->entity;
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

template <Holder holder>
Value set_boundary(Service& service, const aws::Call& call, const Boundary<holder>& ask) {
  const auto who = holder_name(call, holder, ask.name);
  // The one that is put, or the one that is taken away.
  policy::Conditions further = boundary_condition(service, who);
  if (ask.policy_arn) further["iam:PermissionsBoundary"] = {*ask.policy_arn};
  require_on(service, call, who, further);
  if (ask.policy_arn) check_policy_arn(*ask.policy_arn);
  identity::set_boundary(service.directory.roster, who, ask.policy_arn);
  return Map{};
}

// --- ListEntitiesForPolicy

struct ListHolders {
  std::string policy_arn;
  std::string filter;
  std::string usage;
  std::string path_prefix;
  Paging paging;
};

ListHolders read_list_holders(const View& in) {
  return {.policy_arn = in.take("PolicyArn").text(),
          .filter = in.take("EntityFilter").text_or(""),
          .usage = in.take("PolicyUsageFilter").text_or(""),
          .path_prefix = in.take("PathPrefix").text_or("/"),
          .paging = read_paging(in)};
}

std::string type_word(Holder holder) {
  switch (holder) {
    case Holder::user:
      return "User";
    case Holder::group:
      return "Group";
    case Holder::role:
      break;
  }
  return "Role";
}

const identity::Entity& entity_of(const identity::Contents& contents,
                                  const identity::HolderRef& who) {
  if (who.holder == Holder::user) return contents.find<identity::User>(who.name)->entity;
  if (who.holder == Holder::group) return contents.find<identity::Group>(who.name)->entity;
  return contents.find<identity::Role>(who.name)->entity;
}

std::set<identity::HolderRef> holders_of(const identity::PolicyUse& use, const ListHolders& ask) {
  if (ask.usage == "PermissionsPolicy") return use.attached;
  if (ask.usage == "PermissionsBoundary") return use.bounded;
  std::set<identity::HolderRef> all = use.attached;
  all.insert(use.bounded.begin(), use.bounded.end());
  return all;
}

Items holder_items(Service& service, const aws::Call& call, const ListHolders& ask) {
  const bool is_any = ask.filter.empty();  // the filters that name kinds of policies let none pass
  Items items;
  service.directory.roster.look(call.account, [&](const identity::Contents& contents) {
    for (const auto& who : holders_of(contents.use_of(ask.policy_arn), ask)) {
      const std::string type = type_word(who.holder);
      const identity::Entity& entity = entity_of(contents, who);
      if (!is_any && ask.filter != type) continue;
      if (!entity.path.starts_with(ask.path_prefix)) continue;
      items.emplace_back(type + who.name, Map{{type + "Name", who.name}, {type + "Id", entity.id}});
    }
  });
  return items;
}

Value list_holders(Service& service, const aws::Call& call, const ListHolders& ask) {
  try {
    (void)service.directory.roster.policy(call.account, ask.policy_arn);
  } catch (const identity::NoSuchEntity&) {
    throw identity::NoSuchEntity("Policy " + ask.policy_arn +
                                 " does not exist or is not attachable.");
  }
  Map answer;
  const Items shown = on_page(holder_items(service, call, ask), ask.paging,
                              "ListEntitiesForPolicy" + ask.policy_arn, answer);
  for (const char* type : {"Group", "Role", "User"}) {
    aws::List list;
    for (const auto& [key, value] : shown) {
      if (key.starts_with(type)) list.push_back(value);
    }
    answer.set(std::string("Policy") + type + "s", std::move(list));
  }
  return answer;
}

constexpr Holder user = Holder::user;
constexpr Holder role = Holder::role;
constexpr Holder group = Holder::group;

constexpr aws::Operation table[] = {
    operation<read_attachment<group>, attach<group>>("AttachGroupPolicy", {.access = asked_in_act}),
    operation<read_attachment<role>, attach<role>>("AttachRolePolicy", {.access = asked_in_act}),
    operation<read_attachment<user>, attach<user>>("AttachUserPolicy", {.access = asked_in_act}),
    operation<read_delete_boundary<role>, set_boundary<role>>("DeleteRolePermissionsBoundary",
                                                              {.access = asked_in_act}),
    operation<read_delete_boundary<user>, set_boundary<user>>("DeleteUserPermissionsBoundary",
                                                              {.access = asked_in_act}),
    operation<read_attachment<group>, detach<group>>("DetachGroupPolicy", {.access = asked_in_act}),
    operation<read_attachment<role>, detach<role>>("DetachRolePolicy", {.access = asked_in_act}),
    operation<read_attachment<user>, detach<user>>("DetachUserPolicy", {.access = asked_in_act}),
    operation<read_list<group>, list<group>>("ListAttachedGroupPolicies", {.access = asked_in_act}),
    operation<read_list<role>, list<role>>("ListAttachedRolePolicies", {.access = asked_in_act}),
    operation<read_list<user>, list<user>>("ListAttachedUserPolicies", {.access = asked_in_act}),
    operation<read_list_holders, list_holders>("ListEntitiesForPolicy", {.access = on_policy}),
    operation<read_put_boundary<role>, set_boundary<role>>("PutRolePermissionsBoundary",
                                                           {.access = asked_in_act}),
    operation<read_put_boundary<user>, set_boundary<user>>("PutUserPermissionsBoundary",
                                                           {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> attachment_operations = table;

}  // namespace millrace::service::iam
