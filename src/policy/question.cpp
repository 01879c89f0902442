// AWS's words for a refusal.
#include "policy/question.hpp"

#include "policy/resource_words.hpp"

namespace millrace::policy {
namespace {

std::string with_article(const std::string& kind) {
  if (kind == "role trust policy") return "the " + kind;
  constexpr std::string_view vowels = "aeiou";
  const bool vowel = !kind.empty() && vowels.find(kind.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + kind;
}

}  // namespace

std::string refusal(const Question& question, const Decision& decision) {
  const std::string who =
      question.principal.arn.empty() ? question.principal.name : question.principal.arn;
  std::string what = (who.empty() ? "Anonymous user" : "User: " + who) +
                     " is not authorized to perform: " + question.action +
                     on_resource(question.action, question.resource);
  if (decision.effect == Decision::Effect::explicit_deny) {
    what += " with an explicit deny in " + with_article(decision.policy_kind);
    return decision.policy_arn.empty() ? what : what + ": " + decision.policy_arn;
  }
  if (decision.policy_kind.empty()) return what;
  return what + " because no " + decision.policy_kind + " allows the " + question.action +
         " action";
}

}  // namespace millrace::policy
