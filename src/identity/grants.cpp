// Rules for changing what a user or role holds.
#include "identity/grants.hpp"

#include "identity/errors.hpp"
#include "identity/limits.hpp"

#include <algorithm>

namespace millrace::identity {
namespace {

std::string word(Holder holder) { return holder == Holder::user ? "user" : "role"; }

[[noreturn]] void no_inline(Holder holder, std::string_view policy) {
  throw NoSuchEntity("The " + word(holder) + " policy with name " + std::string(policy) +
                     " cannot be found.");
}

void check_inline_size(const HolderName& who, const Grants& grants) {
  const std::size_t limit = who.holder == Holder::user ? user_inline_size : role_inline_size;
  std::size_t size = 0;
  for (const auto& [name, text] : grants.inline_policies) size += policy_size(text.document);
  if (size <= limit) return;
  throw LimitExceeded("Maximum policy size of " + std::to_string(limit) + " bytes exceeded for " +
                      word(who.holder) + " " + who.name);
}

void check_attachable(Roster& roster, const std::string& account, const std::string& arn) {
  try {
    (void)roster.policy(account, arn);
  } catch (const NoSuchEntity&) {
    throw NoSuchEntity("Policy " + arn + " does not exist or is not attachable.");
  }
}

}  // namespace

Grants grants_of(Roster& roster, const HolderName& who) {
  if (who.holder == Holder::user) return roster.user(who.account, who.name).grants;
  return roster.role(who.account, who.name).grants;
}

Entity entity_of(Roster& roster, const HolderName& who) {
  if (who.holder == Holder::user) return roster.user(who.account, who.name).entity;
  return roster.role(who.account, who.name).entity;
}

void change_grants(Roster& roster, const HolderName& who,
                   const std::function<void(Grants&)>& change) {
  if (who.holder == Holder::user) {
    roster.change_user(who.account, who.name, [&](User& user) { change(user.grants); });
  } else {
    roster.change_role(who.account, who.name, [&](Role& role) { change(role.grants); });
  }
}

void put_inline(Roster& roster, const HolderName& who, const std::string& policy,
                const std::string& document) {
  (void)entity_of(roster,
                  who);  // who is not there is told so before what is wrong with the document
  const PolicyText text = policy_text(document, PolicyKind::inline_identity);
  change_grants(roster, who, [&](Grants& grants) {
    grants.inline_policies[policy] = text;
    check_inline_size(who, grants);
  });
}

std::string inline_document(Roster& roster, const HolderName& who, std::string_view policy) {
  const Grants grants = grants_of(roster, who);
  const auto found = grants.inline_policies.find(policy);
  if (found == grants.inline_policies.end()) no_inline(who.holder, policy);
  return found->second.document;
}

void erase_inline(Roster& roster, const HolderName& who, std::string_view policy) {
  change_grants(roster, who, [&](Grants& grants) {
    const auto found = grants.inline_policies.find(policy);
    if (found == grants.inline_policies.end()) no_inline(who.holder, policy);
    grants.inline_policies.erase(found);
  });
}

void attach(Roster& roster, const HolderName& who, const std::string& arn) {
  (void)entity_of(roster, who);
  check_attachable(roster, who.account, arn);
  change_grants(roster, who, [&](Grants& grants) {
    auto& attached = grants.attached;
    if (std::find(attached.begin(), attached.end(), arn) != attached.end()) return;
    if (attached.size() >= attachments_per_entity) {
      const std::string quota = who.holder == Holder::user ? "PoliciesPerUser" : "PoliciesPerRole";
      throw LimitExceeded("Cannot exceed quota for " + quota + ": " +
                          std::to_string(attachments_per_entity));
    }
    attached.push_back(arn);
  });
}

void detach(Roster& roster, const HolderName& who, const std::string& arn) {
  change_grants(roster, who, [&](Grants& grants) {
    if (std::erase(grants.attached, arn) == 0)
      throw NoSuchEntity("Policy " + arn + " was not found.");
  });
}

void set_boundary(Roster& roster, const HolderName& who, const std::optional<std::string>& arn) {
  if (arn) check_attachable(roster, who.account, *arn);
  change_grants(roster, who, [&](Grants& grants) { grants.boundary = arn; });
}

}  // namespace millrace::identity
