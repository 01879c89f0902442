// What an organisation brings to decisions about itself, asked by accounts that do not manage it:
// members have what every member may do, what is delegated to them and what the resource policy
// gives; whoever received a handshake may answer it.
#include "base/arn.hpp"
#include "organizations/delegation.hpp"
#include "organizations/organizations.hpp"

namespace millrace::organizations {
namespace {

std::shared_ptr<const policy::Guard> guard_of(const Organization& organization,
                                              const std::string& resource,
                                              std::shared_ptr<const policy::Policy> policy) {
  return std::make_shared<const policy::Guard>(policy::Guard{.arn = resource,
                                                             .account = organization.management,
                                                             .owner = organization.management,
                                                             .policy = std::move(policy)});
}

// "handshake/o-.../invite/h-..."
std::string_view handshake_in(const std::string& resource) {
  const std::size_t last = resource.rfind('/');
  const bool is_handshake = resource.find(":handshake/") != std::string::npos;
  return is_handshake ? std::string_view(resource).substr(last + 1) : std::string_view();
}

}  // namespace

std::shared_ptr<const policy::Guard> Organizations::guard(const policy::Question& question) {
  if (!question.action.starts_with("organizations:")) return nullptr;
  const std::string& account = question.principal.account;
  const std::string_view handshake = handshake_in(question.resource);
  if (!handshake.empty()) {
    const Shared asking = of_handshake(handshake);
    const bool is_recipient = asking != nullptr && asking->management != account &&
                              asking->handshakes.find(handshake)->second.account == account;
    if (is_recipient) return guard_of(*asking, question.resource, policy_for_recipient(account));
  }
  const Shared organization = of(account);
  if (organization == nullptr || organization->management == account) return nullptr;
  return guard_of(*organization, question.resource, policy_for_member(*organization, account));
}

std::optional<policy::KeyValues> Organizations::values(const policy::Question&, std::string_view) {
  return std::nullopt;
}

}  // namespace millrace::organizations
