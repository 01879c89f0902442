// Policies that live in one user, group or role.
#include "service/iam/answers.hpp"
#include "service/iam/holders.hpp"
#include "service/iam/service.hpp"

namespace millrace::service::iam {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

// --- Put

template <Holder holder>
struct PutInline {
  std::string name;
  std::string policy;
  std::string document;
};

template <Holder holder>
PutInline<holder> read_put(const View& in) {
  return {.name = read_holder_name(in, holder),
          .policy = in.take("PolicyName").text(),
          .document = in.take("PolicyDocument").text()};
}

template <Holder holder>
Value put(Service& service, const aws::Call& call, const PutInline<holder>& ask) {
  const auto who = holder_name(call, holder, ask.name);
  require_on(service, call, who, boundary_condition(service, who));
  identity::put_inline(service.directory.roster, who, ask.policy, ask.document);
  return Map{};
}

// --- Get, Delete

template <Holder holder>
struct InlineName {
  std::string name;
  std::string policy;
};

template <Holder holder>
InlineName<holder> read_inline_name(const View& in) {
  return {.name = read_holder_name(in, holder), .policy = in.take("PolicyName").text()};
}

template <Holder holder>
Value get(Service& service, const aws::Call& call, const InlineName<holder>& ask) {
  const auto who = holder_name(call, holder, ask.name);
  require_on(service, call, who);
  return Map{{name_member(holder), ask.name},
             {"PolicyName", ask.policy},
             {"PolicyDocument",
              encoded(identity::inline_document(service.directory.roster, who, ask.policy))}};
}

template <Holder holder>
Value erase(Service& service, const aws::Call& call, const InlineName<holder>& ask) {
  const auto who = holder_name(call, holder, ask.name);
  require_on(service, call, who, boundary_condition(service, who));
  identity::erase_inline(service.directory.roster, who, ask.policy);
  return Map{};
}

// --- List

template <Holder holder>
struct ListInline {
  std::string name;
  Paging paging;
};

template <Holder holder>
ListInline<holder> read_list(const View& in) {
  return {.name = read_holder_name(in, holder), .paging = read_paging(in)};
}

template <Holder holder>
Value list(Service& service, const aws::Call& call, const ListInline<holder>& ask) {
  const auto who = holder_name(call, holder, ask.name);
  require_on(service, call, who);
  Items items;
  for (const auto& [name, text] :
       identity::grants_of(service.directory.roster, who).inline_policies) {
    items.emplace_back(name, name);
  }
  return page(std::move(items), ask.paging, "PolicyNames", call.operation + ask.name);
}

constexpr Holder user = Holder::user;
constexpr Holder role = Holder::role;
constexpr Holder group = Holder::group;

constexpr aws::Operation table[] = {
    operation<read_inline_name<group>, erase<group>>("DeleteGroupPolicy", {.access = asked_in_act}),
    operation<read_inline_name<role>, erase<role>>("DeleteRolePolicy", {.access = asked_in_act}),
    operation<read_inline_name<user>, erase<user>>("DeleteUserPolicy", {.access = asked_in_act}),
    operation<read_inline_name<group>, get<group>>("GetGroupPolicy", {.access = asked_in_act}),
    operation<read_inline_name<role>, get<role>>("GetRolePolicy", {.access = asked_in_act}),
    operation<read_inline_name<user>, get<user>>("GetUserPolicy", {.access = asked_in_act}),
    operation<read_list<group>, list<group>>("ListGroupPolicies", {.access = asked_in_act}),
    operation<read_list<role>, list<role>>("ListRolePolicies", {.access = asked_in_act}),
    operation<read_list<user>, list<user>>("ListUserPolicies", {.access = asked_in_act}),
    operation<read_put<group>, put<group>>("PutGroupPolicy", {.access = asked_in_act}),
    operation<read_put<role>, put<role>>("PutRolePolicy", {.access = asked_in_act}),
    operation<read_put<user>, put<user>>("PutUserPolicy", {.access = asked_in_act}),
};

}  // namespace

const std::span<const aws::Operation> inline_policy_operations = table;

}  // namespace millrace::service::iam
