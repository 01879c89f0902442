// An organisation that had one feature asks its invited accounts, each by an approval of its own;
// once all have approved, the request itself opens for the management account to accept.
#include "organizations/handshakes.hpp"

#include "organizations/limits.hpp"
#include "organizations/members.hpp"
#include "organizations/refused.hpp"

#include <algorithm>

namespace millrace::organizations {
namespace {

constexpr std::size_t handshake_id_length = 10;

using State = HandshakeState;

bool is_pending(const Handshake& handshake, base::Timestamp now) {
  const State state = state_at(handshake, now);
  return state == State::open || state == State::requested;
}

Handshake& add(Organization& organization, Handshake handshake, base::Random& random) {
  do {
    handshake.id = make_id(random, "h-", handshake_id_length);
  } while (organization.handshakes.contains(handshake.id));
  const std::string id = handshake.id;
  return organization.handshakes[id] = std::move(handshake);
}

bool is_feature_change_pending(const Organization& organization, base::Timestamp now) {
  return std::any_of(organization.handshakes.begin(), organization.handshakes.end(),
                     [now](const auto& entry) {
                       return entry.second.action == HandshakeAction::enable_all_features &&
                              is_pending(entry.second, now);
                     });
}

void check_is_new(const Organization& organization, const Invitation& asked, base::Timestamp now) {
  const auto is_same = [&](const auto& entry) {
    const Handshake& other = entry.second;
    if (other.action != HandshakeAction::invite || !is_pending(other, now)) return false;
    return asked.account.empty() ? other.email == asked.email : other.account == asked.account;
  };
  if (std::any_of(organization.handshakes.begin(), organization.handshakes.end(), is_same))
    throw Refused(Why::duplicate_handshake,
                  "A handshake with the same action and target already exists.");
}

void end(Handshake& handshake, State state, base::Timestamp now) {
  handshake.state = state;
  handshake.ended = now;
}

bool waits_for_approvals(const Organization& organization, const std::string& request,
                         base::Timestamp now) {
  return std::any_of(organization.handshakes.begin(), organization.handshakes.end(),
                     [&](const auto& entry) {
                       return entry.second.parent == request && is_pending(entry.second, now);
                     });
}

void open_when_approved(Organization& organization, const std::string& request,
                        base::Timestamp now) {
  const auto found = organization.handshakes.find(request);
  if (found == organization.handshakes.end() || !is_pending(found->second, now)) return;
  if (!waits_for_approvals(organization, request, now)) found->second.state = State::open;
}

void cancel_children(Organization& organization, const std::string& request, base::Timestamp now) {
  for (auto& [id, handshake] : organization.handshakes) {
    if (handshake.parent == request && is_pending(handshake, now))
      end(handshake, State::canceled, now);
  }
}

State wanted(Ending ending) {
  switch (ending) {
    case Ending::accept:
      return State::accepted;
    case Ending::decline:
      return State::declined;
    case Ending::cancel:
      return State::canceled;
  }
  return State::canceled;
}

void check_may_end(const Handshake& handshake, Ending ending, base::Timestamp now) {
  const State state = state_at(handshake, now);
  if (state == wanted(ending))
    throw Refused(Why::handshake_already_in_state,
                  "The specified handshake is already in the requested state.");
  // A request for all features is accepted only when it is open.
  const bool waits = state == State::requested && ending == Ending::accept;
  if (!is_pending(handshake, now) || waits)
    throw Refused(Why::invalid_handshake_transition,
                  "You can't perform the operation on the handshake in its current state.");
}

}  // namespace

State state_at(const Handshake& handshake, base::Timestamp now) {
  const bool is_pending = handshake.state == State::open || handshake.state == State::requested;
  return is_pending && handshake.expires <= now ? State::expired : handshake.state;
}

bool is_shown(const Handshake& handshake, base::Timestamp now) {
  if (is_pending(handshake, now)) return true;
  return handshake.ended.value_or(handshake.expires) + ended_handshakes_stay > now;
}

const Handshake& invite(Organization& organization, const Invitation& asked, base::Timestamp now,
                        base::Random& random) {
  if (!asked.account.empty() && find_member(organization, asked.account, now) != nullptr)
    throw Refused(Why::handshake_constraint,
                  "The handshake request is invalid because the invited account is already a "
                  "member of an organization.",
                  "ALREADY_IN_AN_ORGANIZATION");
  if (is_feature_change_pending(organization, now))
    throw Refused(Why::handshake_constraint,
                  "You can't issue new invitations to join an organization while it's in the "
                  "process of enabling all features.",
                  "INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES");
  check_is_new(organization, asked, now);
  check_room_for_account(organization, now, Why::handshake_constraint);
  return add(organization,
             Handshake{.account = asked.account,
                       .email = asked.email,
                       .notes = asked.notes,
                       .requested = now,
                       .expires = now + invitation_lifetime,
                       .tags = asked.tags},
             random);
}

const Handshake& ask_for_all_features(Organization& organization, base::Timestamp now,
                                      base::Random& random) {
  if (organization.features == FeatureSet::all)
    throw Refused(Why::handshake_constraint,
                  "The handshake request is invalid because the organization has already enabled "
                  "all features.",
                  "ORGANIZATION_ALREADY_HAS_ALL_FEATURES");
  if (is_feature_change_pending(organization, now))
    throw Refused(Why::handshake_constraint,
                  "The handshake request is invalid because the organization has already started "
                  "the process to enable all features.",
                  "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION");
  const Handshake base{.action = HandshakeAction::enable_all_features,
                       .state = State::requested,
                       .account = organization.management,
                       .requested = now,
                       .expires = now + feature_change_lifetime};
  const std::string request = add(organization, base, random).id;
  for (const auto& [account, member] : organization.members) {
    if (!member.was_invited || member.closed || account == organization.management) continue;
    Handshake approval = base;
    approval.action = HandshakeAction::approve_all_features;
    approval.state = State::open;
    approval.account = account;
    approval.parent = request;
    add(organization, approval, random);
  }
  open_when_approved(organization, request, now);
  return organization.handshakes.find(request)->second;
}

const Handshake& end_handshake(Organization& organization, std::string_view id, Ending ending,
                               base::Timestamp now) {
  const auto found = organization.handshakes.find(id);
  if (found == organization.handshakes.end() || !is_shown(found->second, now))
    throw Refused(Why::handshake_not_found, "You specified a handshake that doesn't exist.");
  Handshake& handshake = found->second;
  check_may_end(handshake, ending, now);
  end(handshake, wanted(ending), now);
  if (handshake.action == HandshakeAction::enable_all_features) {
    if (ending == Ending::accept) organization.features = FeatureSet::all;
    if (ending == Ending::cancel) cancel_children(organization, handshake.id, now);
  }
  if (handshake.parent && ending == Ending::accept)
    open_when_approved(organization, *handshake.parent, now);
  // Without everybody's approval there is nothing left to wait for.
  if (handshake.parent && ending == Ending::decline) {
    const auto request = organization.handshakes.find(*handshake.parent);
    if (request != organization.handshakes.end() && is_pending(request->second, now))
      end(request->second, State::canceled, now);
    cancel_children(organization, *handshake.parent, now);
  }
  return handshake;
}

void cancel_approvals(Organization& organization, std::string_view account, base::Timestamp now) {
  std::vector<std::string> requests;
  for (auto& [id, handshake] : organization.handshakes) {
    if (!handshake.parent || handshake.account != account || !is_pending(handshake, now)) continue;
    end(handshake, State::canceled, now);
    requests.push_back(*handshake.parent);
  }
  for (const std::string& request : requests) open_when_approved(organization, request, now);
}

void forget_old_handshakes(Organization& organization, base::Timestamp now) {
  std::erase_if(organization.handshakes,
                [now](const auto& entry) { return !is_shown(entry.second, now); });
}

}  // namespace millrace::organizations
