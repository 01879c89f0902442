// Accounts that are there: shown, moved, removed, closed.
#include "organizations/members.hpp"
#include "service/organizations/answers.hpp"
#include "service/organizations/service.hpp"

namespace millrace::service::organizations {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

struct AccountId {
  std::string id;
};

AccountId read_id(const View& in) { return {.id = in.take("AccountId").text()}; }

Value describe(Service& service, const aws::Call& call, const AccountId& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = asker.require({asker.arns().account(ask.id)});
  return Map{
      {"Account", account_answer(organization, engine::member_of(organization, ask.id, call.now))}};
}

Value close(Service& service, const aws::Call& call, const AccountId& ask) {
  const Asker asker(service, call);
  const std::string management = asker.require({asker.arns().account(ask.id)}).management;
  service.organizations.close_account(management, ask.id);
  return Map{};
}

Value remove(Service& service, const aws::Call& call, const AccountId& ask) {
  const Asker asker(service, call);
  const std::string management = asker.require({asker.arns().account(ask.id)}).management;
  service.organizations.change(
      management, [&](engine::Organization& changed) { engine::leave(changed, ask.id, call.now); });
  return Map{};
}

struct ListAccounts {
  Paging paging;
};

ListAccounts read_list(const View& in) { return {.paging = read_paging(in)}; }

Value list(Service& service, const aws::Call& call, const ListAccounts& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = asker.require();
  Items items;
  for (const auto& [account, member] : organization.members) {
    if (!engine::is_gone(member, call.now))
      items.emplace_back(account, account_answer(organization, member));
  }
  return page(std::move(items), ask.paging, "Accounts", call.operation + organization.id);
}

struct MoveAccount {
  engine::Move move;
};

MoveAccount read_move(const View& in) {
  return {.move = engine::Move{.account = in.take("AccountId").text(),
                               .from = in.take("SourceParentId").text(),
                               .to = in.take("DestinationParentId").text()}};
}

Value move(Service& service, const aws::Call& call, const MoveAccount& ask) {
  const Asker asker(service, call);
  const engine::Arns& arns = asker.arns();
  const std::string management = asker
                                     .require({arns.account(ask.move.account),
                                               arns.unit(ask.move.from), arns.unit(ask.move.to)})
                                     .management;
  service.organizations.change(management, [&](engine::Organization& changed) {
    engine::move_account(changed, ask.move, call.now);
  });
  return Map{};
}

constexpr aws::Operation table[] = {
    operation<read_id, close>("CloseAccount"),
    operation<read_id, describe>("DescribeAccount"),
    operation<read_list, list>("ListAccounts"),
    operation<read_move, move>("MoveAccount"),
    operation<read_id, remove>("RemoveAccountFromOrganization"),
};

}  // namespace

const std::span<const aws::Operation> account_operations = table;

}  // namespace millrace::service::organizations
