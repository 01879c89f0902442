// Permits, and what is thrown where there is none.
#include "identity/authority.hpp"

namespace millrace::identity {
Denied::Denied(const policy::Question& question, const policy::Decision& decision)
    : std::runtime_error(policy::refusal(question, decision)), is_foreign(decision.is_foreign) {}

// What an authority knows that does not say more.
policy::Explanation Authority::explain(const policy::Question& question) {
  policy::Explanation explanation{.decision = decide(question), .sentence = {}, .stages = {}};
  if (!explanation.decision.allowed()) {
    explanation.sentence = policy::refusal(question, explanation.decision);
  }
  return explanation;
}

Permit Authority::permit(const policy::Question& question) {
  policy::Decision decision = decide(question);
  if (!decision.allowed()) throw Denied(question, decision);
  return Permit(question.principal, std::move(decision.opened));
}

Permit Authority::permit_unchecked(const policy::Principal& principal) { return Permit(principal); }

}  // namespace millrace::identity
