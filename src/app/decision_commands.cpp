#include "app/decision_commands.hpp"

#include "app/commands.hpp"
#include "app/control.hpp"
#include "app/story_text.hpp"
#include "app/trail_policy.hpp"
#include "base/json.hpp"
#include "identity/limits.hpp"
#include "policy/policy.hpp"

#include <cstdio>
#include <stdexcept>

namespace millrace::app {

namespace {

void print(const std::string& text) { std::fputs(text.c_str(), stdout); }

void set_given(base::Map& arguments, const char* name, const std::string& value) {
  if (!value.empty()) arguments.set(name, value);
}

void set_since(base::Map& arguments, const std::string& since) {
  if (!since.empty()) arguments.set("since_s", parse_duration_s(since));
}

base::Map context_of(const std::vector<std::string>& given) {
  base::Map context;
  for (const std::string& pair : given) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string::npos || equals == 0)
      throw std::runtime_error("'" + pair + "' is no KEY=VALUE");
    const std::string key = pair.substr(0, equals);
    base::List values;
    if (const base::Value* former = context.find(key)) values = former->list();
    values.push_back(pair.substr(equals + 1));
    context.set(key, std::move(values));
  }
  return context;
}

base::Map question_of(const WhyGiven& given) {
  if (!given.request_id.empty()) return base::Map{{"request_id", given.request_id}};
  const bool asks = !given.principal.empty() || !given.action.empty() || !given.resource.empty();
  if (!asks) return {};
  if (given.principal.empty() || given.action.empty() || given.resource.empty())
    throw std::runtime_error("a question has --principal, --action and --resource");
  return base::Map{{"principal", given.principal},
                   {"action", given.action},
                   {"resource", given.resource},
                   {"context", context_of(given.context)}};
}

std::vector<aws::Use> remembered_uses(const std::string& data, const FromTrailGiven& given) {
  base::Map arguments;
  set_given(arguments, "principal", given.principal);
  set_since(arguments, given.since);
  const base::Value answer = control_call(data, "trail", arguments);
  std::vector<aws::Use> uses;
  for (const base::Value& use : answer.find("uses")->list())
    uses.push_back(
        {.action = use.find("action")->text(), .resource = use.find("resource")->text()});
  return uses;
}

std::vector<aws::Use> uses_of(const std::string& data, const FromTrailGiven& given) {
  if (given.file.empty()) return remembered_uses(data, given);
  base::SystemFiles files;
  aws::TrailQuery query{.principal = given.principal, .since = std::nullopt};
  if (!given.since.empty())
    query.since =
        base::SystemClock().service() - std::chrono::seconds(parse_duration_s(given.since));
  return recorded_uses(files, given.file, query);
}

std::string text_at(const base::Value& value, const char* name) {
  const base::Value* found = value.find(name);
  return found != nullptr && found->is_text() ? found->text() : "";
}

std::string audit_line(const base::Value& change) {
  const base::Value& who = *change.find("userIdentity");
  const std::string arn = text_at(who, "arn");
  return text_at(change, "eventTime") + "  " + text_at(change, "eventName") + "  " +
         (arn.empty() ? text_at(who, "type") : arn) + "  " + text_at(change, "sourceIPAddress") +
         "  " + text_at(change, "recipientAccountId") + "  " +
         base::write_json(*change.find("requestParameters")) + "\n";
}

}  // namespace

int print_why(const std::string& data, const WhyGiven& given, bool as_json) {
  const base::Map question = question_of(given);
  const base::Value answer = control_call(data, "why", question);
  if (as_json) {
    print(policy_text(answer) + "\n");
  } else if (!given.request_id.empty()) {
    print(request_text(answer));
  } else {
    print(question.empty() ? refusals_text(answer) : story_text(answer));
  }
  return 0;
}

int print_trail_policy(const std::string& data, const FromTrailGiven& given) {
  std::vector<aws::Use> uses = uses_of(data, given);
  if (uses.empty())
    throw std::runtime_error("nothing was recorded that a policy could allow" +
                             (given.principal.empty() ? "" : " to " + given.principal));
  const std::string text = policy_text(policy_of(std::move(uses), given.widen));
  print(text + "\n");
  const std::size_t size = policy::policy_size(text);
  if (size > identity::managed_policy_size)
    std::fprintf(stderr,
                 "millrace: the policy has %zu characters, of which AWS takes %zu in a managed "
                 "policy: --widen what many resources share, or attach it in parts\n",
                 size, identity::managed_policy_size);
  return 0;
}

int print_audit(const std::string& data, const AuditGiven& given, bool as_json) {
  base::Map arguments{{"limit", given.limit}};
  set_since(arguments, given.since);
  set_given(arguments, "account", given.account);
  set_given(arguments, "principal", given.principal);
  const base::Value answer = control_call(data, "audit", arguments);
  if (as_json) {
    print(policy_text(answer) + "\n");
    return 0;
  }
  for (const base::Value& change : answer.find("changes")->list()) print(audit_line(change));
  return 0;
}

}  // namespace millrace::app
