#include "app/decisions.hpp"

#include "app/cloud.hpp"
#include "app/story.hpp"
#include "aws/authorization_message.hpp"
#include "base/arn.hpp"
#include "base/text.hpp"
#include "identity/errors.hpp"
#include "identity/simulation.hpp"

#include <algorithm>

namespace millrace::app {

namespace {

using policy::Principal;

constexpr std::size_t listed_refusals = 50;
constexpr std::int64_t most_changes = 10'000;
constexpr std::string_view asked_session = "why";  // of a role that is asked about by its own ARN

std::string text_of(const base::Value& arguments, std::string_view name) {
  const base::Value* value = arguments.find(name);
  if (value == nullptr) return "";
  if (!value->is_text()) throw ControlError(std::string(name) + " must be a text");
  return value->text();
}

std::optional<std::int64_t> number_of(const base::Value& arguments, std::string_view name) {
  const base::Value* value = arguments.find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_integer() || value->integer() < 0)
    throw ControlError(std::string(name) + " must be a whole number");
  return value->integer();
}

std::optional<base::Timestamp> since_of(const Cloud& cloud, const base::Value& arguments) {
  const auto seconds = number_of(arguments, "since_s");
  if (!seconds) return std::nullopt;
  return cloud.clock.service() - std::chrono::seconds(*seconds);
}

bool is_same(const policy::Decision& a, const policy::Decision& b) {
  return a.effect == b.effect && a.policy_kind == b.policy_kind && a.policy_name == b.policy_name &&
         a.statement_id == b.statement_id;
}

// As it was decided then; the policies are shown as they stand, and where they decide otherwise
// now, that is said.
base::Value story_of_denial(Cloud& cloud, const aws::Denial& denial) {
  policy::Explanation explanation = cloud.authority->explain(denial.question);
  const policy::Decision now = explanation.decision;
  explanation.decision = denial.decision;
  explanation.sentence = policy::refusal(denial.question, denial.decision);
  base::Value story = story_of(denial.question, explanation);
  const bool is_of_trust = denial.decision.policy_kind == "role trust policy";
  if (!is_of_trust && !is_same(now, denial.decision)) {
    base::Map told{{"effect", effect_name(now.effect)}};
    if (!now.policy_kind.empty()) told.set("decided_by", now.policy_kind);
    if (!now.policy_name.empty()) told.set("policy", now.policy_name);
    if (!now.statement_id.empty()) told.set("statement", now.statement_id);
    story.map().set("now", std::move(told));
  }
  story.map().set("encoded", aws::encoded_message(cloud.vault, denial.question, denial.decision));
  return story;
}

base::Value request_story(Cloud& cloud, const aws::Decided& decided) {
  base::Map value = request_value(decided);
  base::List refusals;
  for (const aws::Denial& denial : decided.denied)
    refusals.push_back(story_of_denial(cloud, denial));
  value.set("refusals", std::move(refusals));
  return value;
}

base::Value why_request(Cloud& cloud, const std::string& request_id) {
  const auto decided = cloud.trail.find(request_id);
  if (!decided)
    throw ControlError("there is no request " + request_id +
                       " among those of the last hour that are kept; `millrace why` lists those "
                       "that were refused");
  return request_story(cloud, *decided);
}

base::Value why_list(Cloud& cloud) {
  base::List requests;
  for (const aws::Decided& decided : cloud.trail.denied(listed_refusals)) {
    base::Map value = request_value(decided);
    base::List refusals;
    for (const aws::Denial& denial : decided.denied)
      refusals.push_back(
          base::Map{{"action", denial.question.action}, {"resource", denial.question.resource}});
    value.set("refusals", std::move(refusals));
    requests.push_back(std::move(value));
  }
  return base::Map{{"requests", std::move(requests)}};
}

[[noreturn]] void no_principal(const std::string& text) {
  throw ControlError("there is no principal " + text +
                     "; give the ARN of a user, a role, a role's session or an account's root, a "
                     "service's name, or `anonymous`");
}

Principal session_of(Cloud& cloud, const std::string& text, const base::Arn& arn) {
  const auto pieces = base::split(arn.resource, '/');
  if (pieces.size() != 3 || pieces[0] != "assumed-role") no_principal(text);
  const auto role = cloud.directory.roster.find_role(arn.account, pieces[1]);
  auto session = role ? cloud.authority->session_of(role->entity.arn, pieces[2]) : std::nullopt;
  if (!session) no_principal(text);
  return *std::move(session);
}

Principal root_of(Cloud& cloud, const std::string& text, const base::Arn& arn) {
  if (!cloud.directory.accounts.exists(arn.account)) no_principal(text);
  Principal root;
  root.kind = Principal::Kind::root;
  root.account = root.user_id = arn.account;
  root.arn = text;
  return root;
}

Principal principal_of(Cloud& cloud, const std::string& text) {
  if (text == "anonymous") return {};
  Principal service;
  service.kind = Principal::Kind::service;
  service.name = text;
  if (text.ends_with(".amazonaws.com")) return service;
  const auto arn = base::parse_arn(text);
  if (!arn) no_principal(text);
  if (arn->service == "sts") return session_of(cloud, text, *arn);
  if (arn->resource == "root") return root_of(cloud, text, *arn);
  if (auto session = cloud.authority->session_of(text, asked_session)) return *std::move(session);
  try {
    if (const auto user = identity::simulated(cloud.directory, arn->account, text))
      return user->principal;
  } catch (const identity::NoSuchEntity&) {
    no_principal(text);
  }
  no_principal(text);
}

// What a request of this machine has, unless it is said otherwise.
policy::Conditions conditions_of(const base::Value& arguments, const Settings& settings) {
  policy::Conditions conditions;
  if (const base::Value* context = arguments.find("context")) {
    for (const auto& [key, values] : context->map()) {
      for (const base::Value& value : values.list()) conditions[key].push_back(value.text());
    }
  }
  const auto otherwise = [&](const char* key, std::string value) {
    const bool is_given = std::ranges::any_of(
        conditions, [&](const auto& given) { return base::equal_ignoring_case(given.first, key); });
    if (!is_given) conditions[key] = {std::move(value)};
  };
  otherwise("aws:SourceIp", "127.0.0.1");
  otherwise("aws:SecureTransport", settings.tls_only ? "true" : "false");
  otherwise("aws:RequestedRegion", settings.region);
  otherwise("aws:ViaAWSService", "false");
  return conditions;
}

base::Value why_question(Cloud& cloud, const Settings& settings, const base::Value& arguments) {
  const policy::Question question{.principal = principal_of(cloud, text_of(arguments, "principal")),
                                  .action = text_of(arguments, "action"),
                                  .resource = text_of(arguments, "resource"),
                                  .conditions = conditions_of(arguments, settings)};
  if (question.action.find(':') == std::string::npos)
    throw ControlError("'" + question.action + "' is no action; write one as s3:GetObject");
  return story_of(question, cloud.authority->explain(question));
}

base::Value why(Cloud& cloud, const Settings& settings, const base::Value& arguments) {
  if (const std::string id = text_of(arguments, "request_id"); !id.empty())
    return why_request(cloud, id);
  if (arguments.find("principal") != nullptr) return why_question(cloud, settings, arguments);
  return why_list(cloud);
}

base::Value trail(Cloud& cloud, const base::Value& arguments) {
  base::List list;
  const aws::TrailQuery query{.principal = text_of(arguments, "principal"),
                              .since = since_of(cloud, arguments)};
  for (const aws::Use& use : cloud.trail.uses(query))
    list.push_back(base::Map{{"action", use.action}, {"resource", use.resource}});
  return base::Map{{"uses", std::move(list)}};
}

base::Value audit(Cloud& cloud, const base::Value& arguments) {
  AuditQuery query{.since = since_of(cloud, arguments),
                   .account = text_of(arguments, "account"),
                   .principal = text_of(arguments, "principal")};
  if (const auto limit = number_of(arguments, "limit"))
    query.limit = static_cast<std::size_t>(std::min(*limit, most_changes));
  return base::Map{{"changes", base::List(cloud.audit.changes(query))}};
}

}  // namespace

void add_decision_actions(ControlActions& actions, Cloud& cloud, const Settings& settings) {
  actions["why"] = [&](const base::Value& arguments) { return why(cloud, settings, arguments); };
  actions["trail"] = [&](const base::Value& arguments) { return trail(cloud, arguments); };
  actions["audit"] = [&](const base::Value& arguments) { return audit(cloud, arguments); };
}

}  // namespace millrace::app
