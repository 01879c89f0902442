// Permits and AWS's words for their refusal.
#include "identity/authority.hpp"

#include "identity/explanation.hpp"

namespace millrace::identity {
namespace {

std::string with_article(const std::string& kind) {
  if (kind == "role trust policy") return "the " + kind;
  constexpr std::string_view vowels = "aeiou";
  const bool vowel = !kind.empty() && vowels.find(kind.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + kind;
}

// S3 alone puts the resource in quotes; what acts on no resource in particular names none.
std::string on_resource(const Question& question) {
  if (question.resource.empty() || question.resource == "*") return "";
  const std::string quote = question.action.starts_with("s3:") ? "\"" : "";
  return " on resource: " + quote + question.resource + quote;
}

}  // namespace

std::string refusal(const Question& question, const Decision& decision) {
  const std::string who =
      question.principal.arn.empty() ? question.principal.name : question.principal.arn;
  std::string what = (who.empty() ? "Anonymous user" : "User: " + who) +
                     " is not authorized to perform: " + question.action + on_resource(question);
  if (decision.effect == Decision::Effect::explicit_deny) {
    what += " with an explicit deny in " + with_article(decision.policy_kind);
    return decision.policy_arn.empty() ? what : what + ": " + decision.policy_arn;
  }
  if (decision.policy_kind.empty()) return what;
  return what + " because no " + decision.policy_kind + " allows the " + question.action +
         " action";
}

Denied::Denied(const Question& question, const Decision& decision)
    : std::runtime_error(refusal(question, decision)), is_foreign(decision.is_foreign) {}

// What an authority knows that does not say more.
Explanation Authority::explain(const Question& question) {
  Explanation explanation{.decision = decide(question), .sentence = {}, .stages = {}};
  if (!explanation.decision.allowed()) {
    explanation.sentence = refusal(question, explanation.decision);
  }
  return explanation;
}

Permit Authority::permit(const Question& question) {
  Decision decision = decide(question);
  if (!decision.allowed()) throw Denied(question, decision);
  return Permit(question.principal, std::move(decision.opened));
}

Permit Authority::permit_unchecked(const Principal& principal) { return Permit(principal); }

}  // namespace millrace::identity
