// What entities say of themselves.
#include "identity/entities.hpp"

#include "base/assert.hpp"
#include "policy/rules.hpp"

#include <algorithm>

namespace millrace::identity {

PolicyText policy_text(std::string document, policy::PolicyKind kind) {
  auto parsed = std::make_shared<const policy::Policy>(policy::parse_policy(document, kind));
  return {.document = std::move(document), .parsed = std::move(parsed)};
}

PolicyText put_text(std::string document, policy::PolicyKind kind) {
  PolicyText text = policy_text(std::move(document), kind);
  policy::check_rules(text.document, *text.parsed, kind);
  return text;
}

const PolicyVersion* ManagedPolicy::version(std::int64_t number) const {
  const auto found =
      std::find_if(versions.begin(), versions.end(),
                   [number](const PolicyVersion& one) { return one.number == number; });
  return found == versions.end() ? nullptr : &*found;
}

const PolicyText& ManagedPolicy::text() const {
  const PolicyVersion* current = version(default_version);
  MILLRACE_ASSERT(current != nullptr);
  return current->text;
}

}  // namespace millrace::identity
