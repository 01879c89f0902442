// Rules for changing what a user, group or role holds.
#include "identity/grants.hpp"

#include "identity/errors.hpp"
#include "identity/limits.hpp"
#include "identity/service_linked_roles.hpp"
#include "policy/rules.hpp"

#include <algorithm>
#include <type_traits>

namespace millrace::identity {
namespace {

// How AWS's messages and quotas call a holder of each kind.
struct HolderWords {
  std::string word;
  std::string quota;
  std::size_t inline_size;
};

HolderWords words_of(Holder holder) {
  switch (holder) {
    case Holder::user:
      return {.word = "user", .quota = "PoliciesPerUser", .inline_size = user_inline_size};
    case Holder::group:
      return {.word = "group", .quota = "PoliciesPerGroup", .inline_size = group_inline_size};
    case Holder::role:
      break;
  }
  return {.word = "role", .quota = "PoliciesPerRole", .inline_size = role_inline_size};
}

// Calls `looks` with the holder, whatever its kind.
template <class Looks>
auto with_holder(Roster& roster, const HolderName& who, const Looks& looks) {
  if (who.holder == Holder::user) return looks(*roster.get<User>(who.account, who.name));
  if (who.holder == Holder::group) return looks(*roster.get<Group>(who.account, who.name));
  return looks(*roster.get<Role>(who.account, who.name));
}

[[noreturn]] void no_inline(Holder holder, std::string_view policy) {
  throw NoSuchEntity("The " + words_of(holder).word + " policy with name " + std::string(policy) +
                     " cannot be found.");
}

void check_inline_size(const HolderName& who, const Grants& grants) {
  const HolderWords words = words_of(who.holder);
  std::size_t size = 0;
  for (const auto& [name, text] : grants.inline_policies)
    size += policy::policy_size(text.document);
  if (size <= words.inline_size) return;
  throw LimitExceeded("Maximum policy size of " + std::to_string(words.inline_size) +
                      " bytes exceeded for " + words.word + " " + who.name);
}

// Within the change that attaches it: or it could be erased in between.
void check_attachable(Roster& roster, const std::string& account, const std::string& arn) {
  try {
    (void)roster.policy(account, arn);
  } catch (const NoSuchEntity&) {
    throw NoSuchEntity("Policy " + arn + " does not exist or is not attachable.");
  }
}

}  // namespace

Grants grants_of(Roster& roster, const HolderName& who) {
  return with_holder(roster, who, [](const auto& holder) { return holder.grants; });
}

Entity entity_of(Roster& roster, const HolderName& who) {
  return with_holder(roster, who, [](const auto& holder) { return holder.entity; });
}

void change_grants(Roster& roster, const HolderName& who,
                   const std::function<void(Grants&)>& change) {
  const auto change_one = [&]<class T>(std::type_identity<T>) {
    roster.change<T>(who.account, who.name, [&](T& holder) {
      if constexpr (std::is_same_v<T, Role>) check_modifiable(holder);
      change(holder.grants);
    });
  };
  if (who.holder == Holder::user) return change_one(std::type_identity<User>());
  if (who.holder == Holder::group) return change_one(std::type_identity<Group>());
  change_one(std::type_identity<Role>());
}

void put_inline(Roster& roster, const HolderName& who, const std::string& policy,
                const std::string& document) {
  (void)entity_of(roster,
                  who);  // who is not there is told so before what is wrong with the document
  const PolicyText text = put_text(document, policy::PolicyKind::inline_identity);
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
  change_grants(roster, who, [&](Grants& grants) {
    check_attachable(roster, who.account, arn);
    auto& attached = grants.attached;
    if (std::find(attached.begin(), attached.end(), arn) != attached.end()) return;
    if (attached.size() >= attachments_per_entity) {
      throw LimitExceeded("Cannot exceed quota for " + words_of(who.holder).quota + ": " +
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

void check_boundary(Roster& roster, const std::string& account, const std::string& arn) {
  try {
    (void)roster.policy(account, arn);
  } catch (const NoSuchEntity&) {
    throw NoSuchEntity("Scope ARN: " + arn + " does not exist or is not attachable.");
  }
}

void set_boundary(Roster& roster, const HolderName& who, const std::optional<std::string>& arn) {
  change_grants(roster, who, [&](Grants& grants) {
    if (arn) check_boundary(roster, who.account, *arn);
    grants.boundary = arn;
  });
}

}  // namespace millrace::identity
