// Whether a statement speaks of a request.
#include "identity/policy.hpp"

#include <algorithm>

namespace millrace::identity {

bool Statement::covers_action(const Context& context) const {
  const bool named = std::any_of(actions.begin(), actions.end(), [&](const Pattern& action) {
    return action.matches(context.question().action, context, Pattern::Case::ignored);
  });
  return named != all_but_actions;
}

bool Statement::conditions_hold(const Context& context) const {
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const Condition& condition) { return condition.holds(context); });
}

bool Statement::covers(const Context& context) const {
  if (!covers_action(context)) return false;
  const bool named =
      std::any_of(resources.begin(), resources.end(), [&](const ArnPattern& resource) {
        return resource.matches(context.question().resource, context);
      });
  return named != all_but_resources && conditions_hold(context);
}

std::size_t policy_size(std::string_view document) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  const auto blanks = std::count_if(document.begin(), document.end(), is_blank);
  return document.size() - static_cast<std::size_t>(blanks);
}

}  // namespace millrace::identity
