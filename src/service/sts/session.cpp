// Temporary credentials: AssumeRole.
#include "base/arn.hpp"
#include "identity/limits.hpp"
#include "identity/policy.hpp"
#include "service/sts/service.hpp"

namespace millrace::service::sts {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using identity::Principal;

struct AssumeRole {
  std::string role_arn;
  std::string session_name;
  std::optional<std::string> policy;
  std::optional<std::int64_t> duration_s;
  std::optional<std::string> external_id;
  std::optional<std::string> source_identity;
  std::vector<std::pair<std::string, std::string>> tags;
};

AssumeRole read_assume_role(const View& in) {
  AssumeRole ask{.role_arn = in.take("RoleArn").text(),
                 .session_name = in.take("RoleSessionName").text(),
                 .policy = in.take("Policy").optional_text(),
                 .duration_s = in.take("DurationSeconds").optional_integer(),
                 .external_id = in.take("ExternalId").optional_text(),
                 .source_identity = in.take("SourceIdentity").optional_text()};
  for (const View& tag : in.take("Tags").views()) {
    ask.tags.emplace_back(tag.take("Key").text(), tag.take("Value").text());
  }
  return ask;
}

void check_role_arn(const std::string& text) {
  const auto arn = base::parse_arn(text);
  if (arn && arn->service == "iam" && arn->resource.starts_with("role/")) return;
  throw aws::Error("ValidationError", text + " is invalid", 400);
}

void check_session_policy(const std::string& document) {
  try {
    (void)identity::parse_policy(document, identity::PolicyKind::session);
  } catch (const identity::MalformedPolicy& error) {
    throw aws::Error("MalformedPolicyDocument", error.what(), 400);
  } catch (const identity::UnsupportedPolicy& error) {
    throw aws::Error("NotImplemented", error.what(), 501);
  }
  if (document.size() <= identity::session_policy_size) return;
  throw aws::Error(
      "PackedPolicyTooLarge",
      "Packed policy consumes more than 100% of allotted space, please use smaller policy.", 400);
}

constexpr std::int64_t chained_limit_s = 3600;

std::int64_t duration_s(Service& service, const aws::Call& call, const AssumeRole& ask,
                        const Principal& session) {
  const std::int64_t asked = ask.duration_s.value_or(3600);
  if (call.principal.kind == Principal::Kind::role_session && asked > chained_limit_s) {
    throw aws::Error("ValidationError",
                     "The requested DurationSeconds exceeds the 1 hour session limit for roles "
                     "assumed by role chaining",
                     400);
  }
  const identity::Role role = service.directory.roster.role(session.account, session.name);
  if (asked > role.max_session_s) {
    throw aws::Error(
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", 400);
  }
  return asked;
}

Principal assume(Service& service, const aws::Call& call, const AssumeRole& ask) {
  try {
    return service.authority.assume({.role_arn = ask.role_arn,
                                     .caller = call.principal,
                                     .session_name = ask.session_name,
                                     .external_id = ask.external_id,
                                     .session_policy = ask.policy,
                                     .session_tags = ask.tags,
                                     .source_identity = ask.source_identity,
                                     .conditions = call.conditions});
  } catch (const identity::CannotAssume& error) {
    throw aws::Error("AccessDenied", error.what(), 403);
  }
}

Value assume_role(Service& service, const aws::Call& call, const AssumeRole& ask) {
  check_role_arn(ask.role_arn);
  if (ask.policy) check_session_policy(*ask.policy);
  const Principal session = assume(service, call, ask);
  const std::chrono::seconds duration(duration_s(service, call, ask, session));
  const identity::Credential issued =
      service.authority.issue(session, service.clock.service() + duration);
  Map answer{{"Credentials", Map{{"AccessKeyId", issued.access_key_id},
                                 {"SecretAccessKey", issued.secret},
                                 {"SessionToken", *issued.session_token},
                                 {"Expiration", *issued.expires}}},
             {"AssumedRoleUser", Map{{"AssumedRoleId", session.user_id}, {"Arn", session.arn}}}};
  answer.set_if("SourceIdentity", session.source_identity);
  return answer;
}

// The role's trust policy takes part in this decision, so that the authority makes it whole.
std::vector<aws::Need> asked_of_the_trust_policy(const aws::Call&, const Value&) { return {}; }

constexpr aws::Operation table[] = {
    aws::operation<read_assume_role, assume_role>("AssumeRole",
                                                  {.access = asked_of_the_trust_policy}),
};

}  // namespace

const std::span<const aws::Operation> session_operations = table;

}  // namespace millrace::service::sts
