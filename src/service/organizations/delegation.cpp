// Trusted services and delegated administrators.
#include "organizations/delegation.hpp"

#include "organizations/members.hpp"
#include "service/organizations/answers.hpp"
#include "service/organizations/service.hpp"

namespace millrace::service::organizations {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

policy::Conditions service_condition(const std::string& principal) {
  return {{"organizations:ServicePrincipal", {principal}}};
}

// --- trusted access

struct ServicePrincipal {
  std::string principal;
};

ServicePrincipal read_principal(const View& in) {
  return {.principal = in.take("ServicePrincipal").text()};
}

Value enable(Service& service, const aws::Call& call, const ServicePrincipal& ask) {
  const Asker asker(service, call);
  const std::string management = asker.require({"*"}, service_condition(ask.principal)).management;
  service.organizations.change(management, [&](engine::Organization& changed) {
    engine::trust_service(changed, ask.principal, call.now);
  });
  return Map{};
}

Value disable(Service& service, const aws::Call& call, const ServicePrincipal& ask) {
  const Asker asker(service, call);
  const std::string management = asker.require({"*"}, service_condition(ask.principal)).management;
  service.organizations.change(management, [&](engine::Organization& changed) {
    engine::distrust_service(changed, ask.principal);
  });
  return Map{};
}

struct ListServices {
  Paging paging;
};

ListServices read_services(const View& in) { return {.paging = read_paging(in)}; }

Value services(Service& service, const aws::Call& call, const ListServices& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = asker.require();
  Items items;
  for (const auto& [principal, since] : organization.trusted_services)
    items.emplace_back(principal, Map{{"ServicePrincipal", principal}, {"DateEnabled", since}});
  return page(std::move(items), ask.paging, "EnabledServicePrincipals",
              call.operation + organization.id);
}

// --- delegated administrators

struct Delegation {
  std::string account;
  std::string principal;
};

Delegation read_delegation(const View& in) {
  return {.account = in.take("AccountId").text(), .principal = in.take("ServicePrincipal").text()};
}

std::string management_for(const Asker& asker, const Delegation& ask) {
  return asker.require({asker.arns().account(ask.account)}, service_condition(ask.principal))
      .management;
}

Value register_delegate(Service& service, const aws::Call& call, const Delegation& ask) {
  const Asker asker(service, call);
  service.organizations.change(management_for(asker, ask), [&](engine::Organization& changed) {
    engine::register_delegate(changed, ask.account, ask.principal, call.now);
  });
  return Map{};
}

Value deregister_delegate(Service& service, const aws::Call& call, const Delegation& ask) {
  const Asker asker(service, call);
  service.organizations.change(management_for(asker, ask), [&](engine::Organization& changed) {
    engine::deregister_delegate(changed, ask.account, ask.principal, call.now);
  });
  return Map{};
}

struct ListDelegates {
  std::optional<std::string> principal;
  Paging paging;
};

ListDelegates read_delegates(const View& in) {
  return {.principal = in.take("ServicePrincipal").optional_text(), .paging = read_paging(in)};
}

// Of one service, or of any; then since when for the first.
std::optional<base::Timestamp> delegated_since(const engine::Member& member,
                                               const std::optional<std::string>& principal) {
  std::optional<base::Timestamp> since;
  for (const auto& [of_service, time] : member.delegations) {
    if (principal && *principal != of_service) continue;
    if (!since || time < *since) since = time;
  }
  return since;
}

Value delegates(Service& service, const aws::Call& call, const ListDelegates& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = asker.require(
      {"*"}, ask.principal ? service_condition(*ask.principal) : policy::Conditions());
  if (ask.principal) engine::check_service_principal(*ask.principal);
  Items items;
  for (const auto& [account, member] : organization.members) {
    const auto since = delegated_since(member, ask.principal);
    if (!since) continue;
    Map answer = account_answer(organization, member);
    answer.erase("Paths");
    answer.set("DelegationEnabledDate", *since);
    items.emplace_back(account, std::move(answer));
  }
  return page(std::move(items), ask.paging, "DelegatedAdministrators",
              call.operation + ask.principal.value_or(""));
}

struct OfAccount {
  std::string account;
  Paging paging;
};

OfAccount read_of_account(const View& in) {
  return {.account = in.take("AccountId").text(), .paging = read_paging(in)};
}

Value delegated_services(Service& service, const aws::Call& call, const OfAccount& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = asker.require({asker.arns().account(ask.account)});
  const engine::Member& member = engine::member_of(organization, ask.account, call.now);
  if (member.delegations.empty())
    throw engine::Refused(
        engine::Why::account_not_registered,
        "The provided account is not a registered delegated administrator for your organization.");
  Items items;
  for (const auto& [principal, since] : member.delegations) {
    items.emplace_back(principal,
                       Map{{"ServicePrincipal", principal}, {"DelegationEnabledDate", since}});
  }
  return page(std::move(items), ask.paging, "DelegatedServices", call.operation + ask.account);
}

constexpr aws::Operation table[] = {
    operation<read_delegation, deregister_delegate>("DeregisterDelegatedAdministrator"),
    operation<read_principal, disable>("DisableAWSServiceAccess"),
    operation<read_principal, enable>("EnableAWSServiceAccess"),
    operation<read_services, services>("ListAWSServiceAccessForOrganization"),
    operation<read_delegates, delegates>("ListDelegatedAdministrators"),
    operation<read_of_account, delegated_services>("ListDelegatedServicesForAccount"),
    operation<read_delegation, register_delegate>("RegisterDelegatedAdministrator"),
};

}  // namespace

const std::span<const aws::Operation> delegation_operations = table;

}  // namespace millrace::service::organizations
