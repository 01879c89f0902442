// Temporary credentials of a user's own: GetSessionToken, GetFederationToken.
#include "base/arn.hpp"
#include "identity/sessions.hpp"
#include "service/sts/session_request.hpp"

#include <algorithm>

namespace millrace::service::sts {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using policy::Principal;

constexpr std::int64_t usual_duration_s = 43200;
constexpr std::int64_t longest_of_root_s = 3600;

// Who has a key for good: a user, or an account's root.
void check_long_term(const aws::Call& call) {
  const bool is_session = call.principal.token_issued.has_value();
  const bool has_sessions =
      call.principal.kind == Principal::Kind::user || call.principal.kind == Principal::Kind::root;
  if (has_sessions && !is_session) return;
  throw aws::Error("AccessDenied", "Cannot call " + call.operation + " with session credentials",
                   403);
}

// What is too long for a root is cut, not refused.
std::int64_t duration_s(const Principal& caller, const std::optional<std::int64_t>& asked) {
  const std::int64_t duration = asked.value_or(usual_duration_s);
  const bool is_root = caller.kind == Principal::Kind::root;
  return is_root ? std::min(duration, longest_of_root_s) : duration;
}

// --- GetSessionToken

struct GetSessionToken {
  std::optional<std::int64_t> duration_s;
  Code code;
};

GetSessionToken read_session_token(const View& in) {
  return {.duration_s = in.take("DurationSeconds").optional_integer(), .code = read_code(in)};
}

Value get_session_token(Service& service, const aws::Call& call, const GetSessionToken& ask) {
  check_long_term(call);
  const Principal session = caller_with_code(service, call, ask.code);
  return Map{{"Credentials", issue(service, session, duration_s(session, ask.duration_s))}};
}

// --- GetFederationToken

struct GetFederationToken {
  std::string name;
  Narrowing narrowing;
  std::optional<std::int64_t> duration_s;
  SessionTags tags;
};

GetFederationToken read_federation_token(const View& in) {
  return {.name = in.take("Name").text(),
          .narrowing = read_narrowing(in),
          .duration_s = in.take("DurationSeconds").optional_integer(),
          .tags = read_session_tags(in)};
}

std::vector<aws::Need> on_federated_user(const aws::Call& call, const Value& input) {
  const Value* name = input.find("Name");
  const std::string arn = base::arn("sts", "", call.account,
                                    "federated-user/" + (name != nullptr ? name->text() : "*"));
  std::vector<aws::Need> needs{{.action = "sts:GetFederationToken", .resource = arn}};
  const Value* tags = input.find("Tags");
  if (tags != nullptr && tags->is_list() && !tags->list().empty())
    needs.push_back({.action = "sts:TagSession", .resource = arn});
  return needs;
}

Value get_federation_token(Service& service, const aws::Call& call, const GetFederationToken& ask) {
  check_long_term(call);
  check_narrowing(service, call.account, ask.narrowing);
  check_session_tags(call.principal, ask.tags, {});
  const Principal session =
      identity::federated_user({.user = call.principal,
                                .name = ask.name,
                                .session_policy = ask.narrowing.policy,
                                .session_policy_arns = ask.narrowing.policy_arns,
                                .session_tags = ask.tags});
  const std::int64_t lasts_s = duration_s(call.principal, ask.duration_s);
  return Map{{"Credentials", issue(service, session, lasts_s)},
             {"FederatedUser", Map{{"FederatedUserId", session.user_id}, {"Arn", session.arn}}}};
}

constexpr aws::Operation table[] = {
    aws::operation<read_federation_token, get_federation_token>("GetFederationToken",
                                                                {.access = on_federated_user}),
    // AWS asks for no permission: whoever has a key may have a session.
    aws::operation<read_session_token, get_session_token>("GetSessionToken",
                                                          {.access = nothing_needed}),
};

}  // namespace

const std::span<const aws::Operation> user_session_operations = table;

}  // namespace millrace::service::sts
