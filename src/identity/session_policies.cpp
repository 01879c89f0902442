// A bounded memory of parsed session policies.
#include "identity/session_policies.hpp"

namespace millrace::identity {
namespace {
constexpr std::size_t known_limit = 1024;
}  // namespace

std::shared_ptr<const policy::Policy> SessionPolicies::parsed(const std::string& document) {
  {
    const std::lock_guard lock(mutex_);
    const auto known = known_.find(document);
    if (known != known_.end()) return known->second;
  }
  auto policy = std::make_shared<const policy::Policy>(
      policy::parse_policy(document, policy::PolicyKind::session));
  const std::lock_guard lock(mutex_);
  if (known_.size() >= known_limit) known_.clear();
  known_[document] = policy;
  return policy;
}

}  // namespace millrace::identity
