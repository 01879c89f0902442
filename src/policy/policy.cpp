// Whether a statement speaks of a request.
#include "policy/policy.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <set>

namespace millrace::policy {
namespace {

// The service whose actions a pattern names; empty: of more than one.
std::string service_of(const Pattern& action) {
  const std::string_view fixed = action.fixed_start();
  const auto colon = fixed.find(':');
  return colon == std::string_view::npos ? "" : base::lower(fixed.substr(0, colon));
}

bool may_speak_of(const Statement& statement, std::string_view service) {
  if (statement.all_but_actions) return true;
  return std::any_of(statement.actions.begin(), statement.actions.end(), [&](const Pattern& one) {
    const std::string named = service_of(one);
    return named.empty() || named == service;
  });
}

Speakers speakers_of(const Policy& policy, const std::string& service) {
  Speakers some{.service = service, .allows = {}, .denies = {}};
  for (std::uint32_t place = 0; place < policy.statements.size(); ++place) {
    const Statement& statement = policy.statements[place];
    if (!may_speak_of(statement, service)) continue;
    (statement.denies ? some.denies : some.allows).push_back(place);
  }
  return some;
}

}  // namespace

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

bool Statement::covers_resource(const Context& context) const {
  const bool named =
      std::any_of(resources.begin(), resources.end(), [&](const ArnPattern& resource) {
        return resource.matches_resource(context.question().resource, context);
      });
  return named != all_but_resources;
}

bool Statement::covers(const Context& context) const {
  return covers_action(context) && covers_resource(context) && conditions_hold(context);
}

const Statement* Policy::find(const Context& context, bool denies) const {
  const Statement* found = nullptr;
  each(context.question().action, denies, [&](const Statement& statement) {
    if (statement.covers(context)) found = &statement;
    return found == nullptr;
  });
  return found;
}

const Speakers& Policy::speakers(std::string_view action) const {
  const std::string_view service = action.substr(0, action.find(':'));
  const auto found = std::find_if(index.begin(), index.end(), [&](const Speakers& some) {
    return base::equal_ignoring_case(some.service, service);
  });
  return found == index.end() ? index.front() : *found;
}

void index_statements(Policy& policy) {
  std::set<std::string> services{""};
  for (const Statement& statement : policy.statements) {
    for (const Pattern& action : statement.actions) services.insert(service_of(action));
  }
  std::vector<Speakers> index;
  for (const std::string& service : services) index.push_back(speakers_of(policy, service));
  policy.index = std::move(index);
}

std::size_t policy_size(std::string_view document) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
  const auto blanks = std::count_if(document.begin(), document.end(), is_blank);
  return document.size() - static_cast<std::size_t>(blanks);
}

}  // namespace millrace::policy
