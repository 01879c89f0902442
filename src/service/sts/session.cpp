// AssumeRole.
#include "service/sts/session_request.hpp"

namespace millrace::service::sts {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using policy::Principal;

constexpr std::int64_t chained_limit_s = 3600;

struct AssumeRole {
  std::string role_arn;
  std::string session_name;
  Narrowing narrowing;
  std::optional<std::int64_t> duration_s;
  std::optional<std::string> external_id;
  std::optional<std::string> source_identity;
  SessionTags tags;
  std::vector<std::string> transitive_tags;
  Code code;
};

AssumeRole read_assume_role(const View& in) {
  return {.role_arn = in.take("RoleArn").text(),
          .session_name = in.take("RoleSessionName").text(),
          .narrowing = read_narrowing(in),
          .duration_s = in.take("DurationSeconds").optional_integer(),
          .external_id = in.take("ExternalId").optional_text(),
          .source_identity = in.take("SourceIdentity").optional_text(),
          .tags = read_session_tags(in),
          .transitive_tags = in.take("TransitiveTagKeys").texts(),
          .code = read_code(in)};
}

void check_source(const Principal& caller, const AssumeRole& ask) {
  if (!ask.source_identity || !caller.source_identity) return;
  if (*ask.source_identity == *caller.source_identity) return;
  throw aws::Error("ValidationError",
                   "The source identity is already set for this assume role session", 400);
}

void check_chained(const Principal& caller, const AssumeRole& ask) {
  if (caller.kind != Principal::Kind::role_session) return;
  if (ask.duration_s.value_or(0) <= chained_limit_s) return;
  throw aws::Error("ValidationError",
                   "The requested DurationSeconds exceeds the 1 hour session limit for roles "
                   "assumed by role chaining",
                   400);
}

Value assume_role(Service& service, const aws::Call& call, const AssumeRole& ask) {
  const std::string account = account_of_role(ask.role_arn);
  check_narrowing(service, account, ask.narrowing);
  check_session_tags(call.principal, ask.tags, ask.transitive_tags);
  check_source(call.principal, ask);
  const Principal session = assume(
      service,
      {.request = identity::AssumeRequest{.role_arn = ask.role_arn,
                                          .caller = caller_with_code(service, call, ask.code),
                                          .session_name = ask.session_name,
                                          .external_id = ask.external_id,
                                          .session_tags = ask.tags,
                                          .source_identity = ask.source_identity,
                                          .conditions = call.conditions},
       .narrowing = ask.narrowing,
       .transitive_tags = ask.transitive_tags});
  check_chained(call.principal, ask);
  const std::int64_t duration_s = role_duration_s(service, session, ask.duration_s);
  Map answer{{"Credentials", issue(service, session, duration_s)},
             {"AssumedRoleUser", assumed_role_answer(session)}};
  answer.set_if("SourceIdentity", session.source_identity);
  return answer;
}

constexpr aws::Operation table[] = {
    // The role's trust policy takes part in the decision, so that the authority makes it whole.
    aws::operation<read_assume_role, assume_role>("AssumeRole", {.access = nothing_needed}),
};

}  // namespace

const std::span<const aws::Operation> session_operations = table;

}  // namespace millrace::service::sts
