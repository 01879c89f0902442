#include "organizations/members.hpp"

#include "organizations/handshakes.hpp"
#include "organizations/limits.hpp"
#include "organizations/refused.hpp"

#include <algorithm>

namespace millrace::organizations {
namespace {

void check_not_delegated(const Member& member) {
  if (member.delegations.empty()) return;
  throw Refused(Why::constraint,
                "You attempted to remove an account that is registered as a delegated "
                "administrator for a service integrated with your organization. To complete this "
                "operation, you must first deregister this account as a delegated administrator.",
                "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG");
}

void check_closing_quota(const Organization& organization, base::Timestamp now) {
  constexpr std::size_t percent = 100;
  const auto& members = organization.members;
  const auto closed_lately = std::count_if(members.begin(), members.end(), [&](const auto& entry) {
    return entry.second.closed && *entry.second.closed + closing_window > now;
  });
  const std::size_t share = members.size() * closings_percent / percent;
  if (static_cast<std::size_t>(closed_lately) < std::clamp(share, free_closings, max_closings))
    return;
  throw Refused(Why::constraint, "You have exceeded close account quota for the past 30 days.",
                "CLOSE_ACCOUNT_QUOTA_EXCEEDED");
}

}  // namespace

const Member& member_of(const Organization& organization, std::string_view account,
                        base::Timestamp now) {
  const Member* member = find_member(organization, account, now);
  if (member == nullptr)
    throw Refused(Why::account_not_found, "You specified an account that doesn't exist.");
  return *member;
}

void move_account(Organization& organization, const Move& asked, base::Timestamp now) {
  const Member& member = member_of(organization, asked.account, now);
  if (!organization.units.contains(asked.from) || member.parent != asked.from)
    throw Refused(Why::source_parent_not_found,
                  "You specified a source parent that doesn't exist.");
  if (!organization.units.contains(asked.to))
    throw Refused(Why::destination_parent_not_found,
                  "You specified a destination parent that doesn't exist.");
  if (asked.from == asked.to)
    throw Refused(Why::duplicate_account,
                  "That account is already present in the specified destination.");
  organization.members.find(asked.account)->second.parent = asked.to;
}

void check_room_for_account(const Organization& organization, base::Timestamp now, Why why) {
  const auto is_here = [now](const auto& entry) { return !is_gone(entry.second, now); };
  const auto is_invited = [now](const auto& entry) {
    return entry.second.action == HandshakeAction::invite &&
           state_at(entry.second, now) == HandshakeState::open;
  };
  const auto& members = organization.members;
  const auto& handshakes = organization.handshakes;
  const auto taken = std::count_if(members.begin(), members.end(), is_here) +
                     std::count_if(handshakes.begin(), handshakes.end(), is_invited);
  if (static_cast<std::size_t>(taken) < max_accounts) return;
  throw Refused(why, "You have exceeded the allowed number of AWS accounts.",
                "ACCOUNT_NUMBER_LIMIT_EXCEEDED");
}

void join(Organization& organization, Member member, const store::Tags& tags) {
  member.parent = organization.root;
  member.attached = default_policies(organization);
  const std::string account = member.account;
  organization.tags_at_birth[account] = tags;
  organization.members[account] = std::move(member);
}

void leave(Organization& organization, std::string_view account, base::Timestamp now) {
  const Member& member = member_of(organization, account, now);
  if (member.account == organization.management)
    throw Refused(Why::management_cannot_leave,
                  "You can't remove a management account from an organization. If you want the "
                  "management account to become a member account in another organization, you must "
                  "first delete the current organization of the management account.");
  check_not_delegated(member);
  if (!member.was_invited && member.joined + waiting_period > now)
    throw Refused(Why::constraint,
                  "After you create an AWS account, you must wait until at least four days after "
                  "the account was created. Invited accounts aren't subject to this waiting "
                  "period.",
                  "WAIT_PERIOD_ACTIVE");
  // It may be invited anew, and what it was asked before concerns it no more.
  cancel_approvals(organization, account, now);
  organization.members.erase(organization.members.find(account));
}

void let_go(Organization& organization, base::Timestamp now) {
  for (auto& [account, member] : organization.members) {
    if (is_gone(member, now)) member.parent = organization.root;
  }
}

void close(Organization& organization, std::string_view account, base::Timestamp now) {
  const Member& member = member_of(organization, account, now);
  if (member.account == organization.management)
    throw Refused(Why::constraint,
                  "You attempted to close the management account. To close the management account "
                  "for the organization, you must first either remove or close all member accounts "
                  "in the organization.",
                  "CANNOT_CLOSE_MANAGEMENT_ACCOUNT");
  if (member.closed)
    throw Refused(Why::account_already_closed, "The provided account is already closed.");
  check_not_delegated(member);
  check_closing_quota(organization, now);
  organization.members.find(account)->second.closed = now;
}

}  // namespace millrace::organizations
