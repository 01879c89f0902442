// Invitations and approvals: sent, answered, listed.
#include "organizations/handshakes.hpp"

#include "service/organizations/answers.hpp"
#include "service/organizations/errors.hpp"
#include "service/organizations/service.hpp"

namespace millrace::service::organizations {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

// --- InviteAccountToOrganization

struct Invite {
  std::string target;
  std::string target_type;
  std::optional<std::string> notes;
  store::Tags tags;
};

Invite read_invite(const View& in) {
  const View target = in.take("Target").view();
  return {.target = target.take("Id").text(),
          .target_type = target.take("Type").text(),
          .notes = in.take("Notes").optional_text(),
          .tags = read_tags(in)};
}

engine::Invitation invitation(Service& service, const Invite& ask) {
  engine::Invitation invitation{.notes = ask.notes, .tags = ask.tags};
  if (ask.target_type == "EMAIL") {
    if (ask.target.find('@') == std::string::npos)
      throw invalid_input("You specified an invalid email address for the invited account owner.",
                          "INVALID_EMAIL_ADDRESS_TARGET");
    invitation.email = ask.target;
    invitation.account = service.organizations.account_of_email(ask.target);
  } else if (ask.target_type == "ACCOUNT" && service.organizations.exists(ask.target)) {
    invitation.account = ask.target;
  } else {
    throw invalid_input(
        "You specified the wrong type of entity (account, organization, or email) as a party.",
        "INVALID_PARTY_TYPE_TARGET");
  }
  return invitation;
}

Value invite(Service& service, const aws::Call& call, const Invite& ask) {
  const Asker asker(service, call);
  asker.require_leave({asker.arns().account(ask.target_type == "ACCOUNT" ? ask.target : "*")},
                      tag_conditions(ask.tags));
  asker.require_tagging(asker.arns().account("*"), ask.tags);
  const std::string management = asker.organization().management;
  const engine::Invitation asked = invitation(service, ask);
  std::string id;
  const auto after = service.organizations.change(management, [&](engine::Organization& changed) {
    id = engine::invite(changed, asked, call.now, service.random).id;
  });
  return Map{{"Handshake", handshake_answer(*after, after->handshakes.find(id)->second, call.now)}};
}

// --- answers to handshakes

struct HandshakeId {
  std::string id;
};

HandshakeId read_id(const View& in) { return {.id = in.take("HandshakeId").text()}; }

[[noreturn]] void no_leave() {
  throw aws::Error("AccessDeniedException", "You don't have permissions to access this resource.");
}

[[noreturn]] void no_such_handshake() {
  throw engine::Refused(engine::Why::handshake_not_found,
                        "You specified a handshake that doesn't exist.");
}

// The organisation that sent the handshake, after the caller was found allowed to do the call's
// operation with it, and to be one of the two that it is between.
engine::Organizations::Shared sender(Service& service, const aws::Call& call,
                                     const std::string& id) {
  const Asker asker(service, call);
  auto organization = service.organizations.of_handshake(id);
  if (organization == nullptr) {
    asker.require_leave({asker.arns().handshake(id, engine::HandshakeAction::invite)});
    no_such_handshake();
  }
  const engine::Handshake& handshake = organization->handshakes.find(id)->second;
  asker.require_leave({engine::Arns(*organization).handshake(id, handshake.action)});
  if (!asker.is_in(*organization) && handshake.account != call.account) no_leave();
  if (!engine::is_shown(handshake, call.now)) no_such_handshake();
  return organization;
}

Value answer_of(Service& service, const aws::Call& call, const std::string& id) {
  const auto after = service.organizations.of_handshake(id);
  return Map{{"Handshake", handshake_answer(*after, after->handshakes.find(id)->second, call.now)}};
}

// Nobody answers for somebody else; the management account takes the last step of turning all
// features on.
void check_is_recipient(const engine::Handshake& handshake, const aws::Call& call) {
  if (handshake.account != call.account) no_leave();
}

Value accept(Service& service, const aws::Call& call, const HandshakeId& ask) {
  const auto organization = sender(service, call, ask.id);
  check_is_recipient(organization->handshakes.find(ask.id)->second, call);
  service.organizations.accept(ask.id, call.account);
  return answer_of(service, call, ask.id);
}

Value decline(Service& service, const aws::Call& call, const HandshakeId& ask) {
  const auto organization = sender(service, call, ask.id);
  check_is_recipient(organization->handshakes.find(ask.id)->second, call);
  service.organizations.change(organization->management, [&](engine::Organization& changed) {
    engine::end_handshake(changed, ask.id, engine::Ending::decline, call.now);
  });
  return answer_of(service, call, ask.id);
}

Value cancel(Service& service, const aws::Call& call, const HandshakeId& ask) {
  const auto organization = sender(service, call, ask.id);
  service.organizations.change(organization->management, [&](engine::Organization& changed) {
    engine::end_handshake(changed, ask.id, engine::Ending::cancel, call.now);
  });
  return answer_of(service, call, ask.id);
}

Value describe(Service& service, const aws::Call& call, const HandshakeId& ask) {
  sender(service, call, ask.id);
  return answer_of(service, call, ask.id);
}

// --- lists

struct ListHandshakes {
  std::optional<std::string> action;
  std::optional<std::string> parent;
  Paging paging;
};

ListHandshakes read_list(const View& in) {
  const View filter = in.take("Filter").view();
  return {.action = filter.take("ActionType").optional_text(),
          .parent = filter.take("ParentHandshakeId").optional_text(),
          .paging = read_paging(in)};
}

bool is_listed(const engine::Handshake& handshake, const ListHandshakes& ask, base::Timestamp now) {
  if (!engine::is_shown(handshake, now)) return false;
  if (ask.action && *ask.action != engine::text_of(handshake.action)) return false;
  return !ask.parent || handshake.parent == ask.parent;
}

void check_filter(const ListHandshakes& ask) {
  if (ask.action && ask.parent)
    throw invalid_input("You can specify only one filter parameter for the operation.",
                        "MAX_LIMIT_EXCEEDED_FILTER");
}

Map listed(Items items, const aws::Call& call, const ListHandshakes& ask) {
  return page(std::move(items), ask.paging, "Handshakes",
              call.operation + call.account + ask.action.value_or("") + ask.parent.value_or(""));
}

Value of_organization(Service& service, const aws::Call& call, const ListHandshakes& ask) {
  const Asker asker(service, call);
  const engine::Organization& organization = asker.require();
  check_filter(ask);
  Items items;
  for (const auto& [id, handshake] : organization.handshakes) {
    if (is_listed(handshake, ask, call.now))
      items.emplace_back(id, handshake_answer(organization, handshake, call.now));
  }
  return listed(std::move(items), call, ask);
}

Value of_account(Service& service, const aws::Call& call, const ListHandshakes& ask) {
  Asker(service, call).require_leave();
  check_filter(ask);
  Items items;
  for (const auto& organization : service.organizations.asking(call.account)) {
    for (const auto& [id, handshake] : organization->handshakes) {
      if (handshake.account == call.account && is_listed(handshake, ask, call.now))
        items.emplace_back(id, handshake_answer(*organization, handshake, call.now));
    }
  }
  return listed(std::move(items), call, ask);
}

constexpr aws::Operation table[] = {
    operation<read_id, accept>("AcceptHandshake"),
    operation<read_id, cancel>("CancelHandshake"),
    operation<read_id, decline>("DeclineHandshake"),
    operation<read_id, describe>("DescribeHandshake"),
    operation<read_invite, invite>("InviteAccountToOrganization"),
    operation<read_list, of_account>("ListHandshakesForAccount"),
    operation<read_list, of_organization>("ListHandshakesForOrganization"),
};

}  // namespace

const std::span<const aws::Operation> handshake_operations = table;

}  // namespace millrace::service::organizations
