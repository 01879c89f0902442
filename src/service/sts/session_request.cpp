#include "service/sts/session_request.hpp"

#include "base/arn.hpp"
#include "base/text.hpp"
#include "identity/errors.hpp"
#include "identity/limits.hpp"
#include "identity/sessions.hpp"
#include "policy/rules.hpp"

#include <algorithm>
#include <set>

namespace millrace::service::sts {
namespace {

using aws::Map;
using aws::Value;
using aws::View;
using policy::Principal;

constexpr std::int64_t usual_role_duration_s = 3600;

[[noreturn]] void too_large() {
  throw aws::Error(
      "PackedPolicyTooLarge",
      "Packed policy consumes more than 100% of allotted space, please use smaller policy.", 400);
}

void check_policy(const std::string& document) {
  try {
    (void)identity::put_text(document, policy::PolicyKind::session);
  } catch (const policy::MalformedPolicy& error) {
    throw aws::Error("MalformedPolicyDocument", error.what(), 400);
  } catch (const policy::UnsupportedPolicy& error) {
    throw aws::Error("NotImplemented", error.what(), 501);
  }
}

void check_managed(Service& service, const std::string& account, const std::string& arn) {
  try {
    (void)service.directory.roster.policy(account, arn);
  } catch (const identity::NoSuchEntity& error) {
    throw aws::Error("MalformedPolicyDocument", error.what(), 400);
  }
}

[[noreturn]] void invalid_tags(const char* words) {
  throw aws::Error("InvalidParameterValue", words, 400);
}

[[noreturn]] void code_refused(const char* why) {
  throw aws::Error("AccessDenied", std::string("MultiFactorAuthentication failed") + why, 403);
}

}  // namespace

Narrowing read_narrowing(const View& in) {
  Narrowing narrowing{.policy = in.take("Policy").optional_text(), .policy_arns = {}};
  for (const View& one : in.take("PolicyArns").views())
    narrowing.policy_arns.push_back(one.take("arn").text());
  return narrowing;
}

void check_narrowing(Service& service, const std::string& account, const Narrowing& narrowing) {
  if (narrowing.policy) check_policy(*narrowing.policy);
  if (narrowing.policy_arns.size() > identity::session_policies_per_session) too_large();
  std::size_t size = narrowing.policy ? narrowing.policy->size() : 0;
  for (const std::string& arn : narrowing.policy_arns) {
    check_managed(service, account, arn);
    size += arn.size();
  }
  if (size > identity::session_policy_size) too_large();
}

SessionTags read_session_tags(const View& in) {
  SessionTags tags;
  for (const View& tag : in.take("Tags").views())
    tags.emplace_back(tag.take("Key").text(), tag.take("Value").text());
  return tags;
}

void check_session_tags(const Principal& caller, const SessionTags& tags,
                        const std::vector<std::string>& transitive) {
  std::set<std::string> names;
  for (const auto& [name, value] : tags) {
    if (!names.insert(base::lower(name)).second)
      invalid_tags("Duplicate tag keys found. Please note that Tag keys are case insensitive.");
    if (base::lower(name).starts_with("aws:"))
      invalid_tags("aws: prefixed tag key names are not allowed for external use.");
  }
  for (const std::string& name : caller.transitive_tags) {
    if (!names.contains(base::lower(name))) continue;
    invalid_tags(
        "One of the specified transitive tag keys can't be set because it conflicts with a "
        "transitive tag key from the calling session.");
  }
  for (const std::string& name : transitive) {
    if (!names.contains(base::lower(name)))
      invalid_tags("The specified transitive tag key must be included in the requested tags.");
  }
}

Code read_code(const View& in) {
  return {.serial = in.take("SerialNumber").optional_text(),
          .code = in.take("TokenCode").optional_text()};
}

Principal caller_with_code(Service& service, const aws::Call& call, const Code& code) {
  Principal caller = call.principal;
  if (!code.serial && !code.code) return caller;
  if (!code.serial || !code.code)
    code_refused(", must provide both MFA serial number and one time pass code.");
  const identity::MfaDevices::Use use{
      .account = caller.account, .serial = *code.serial, .user_id = caller.user_id};
  try {
    if (!service.directory.mfa_devices.accept(use, *code.code))
      code_refused(" with invalid MFA one time pass code. ");
  } catch (const identity::NoSuchEntity&) {
    code_refused(
        ", unable to validate MFA code.  Please verify your MFA serial number is valid and "
        "associated with this user.");
  }
  caller.mfa_authenticated = service.clock.service();
  return caller;
}

Principal assume(Service& service, SessionAsk ask) {
  for (auto& tag : identity::inherited_tags(ask.request.caller)) {
    ask.transitive_tags.push_back(tag.first);
    ask.request.session_tags.push_back(std::move(tag));
  }
  if (!ask.transitive_tags.empty())
    ask.request.conditions["sts:TransitiveTagKeys"] = ask.transitive_tags;
  ask.request.session_policy = ask.narrowing.policy;
  try {
    Principal session = service.authority.assume(ask.request);
    session.session_policy_arns = ask.narrowing.policy_arns;
    session.transitive_tags = ask.transitive_tags;
    return session;
  } catch (const identity::CannotAssume& error) {
    throw aws::Error("AccessDenied", error.what(), 403);
  }
}

std::int64_t role_duration_s(Service& service, const Principal& session,
                             const std::optional<std::int64_t>& asked) {
  const identity::Role role = service.directory.roster.role(session.account, session.name);
  const std::int64_t duration = asked.value_or(usual_role_duration_s);
  if (duration <= role.max_session_s) return duration;
  throw aws::Error(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", 400);
}

std::string account_of_role(const std::string& role_arn) {
  const auto arn = base::parse_arn(role_arn);
  if (arn && arn->service == "iam" && arn->resource.starts_with("role/")) return arn->account;
  throw aws::Error("ValidationError", role_arn + " is invalid", 400);
}

Map issue(Service& service, const Principal& session, std::int64_t duration_s) {
  // AWS tells times in whole seconds.
  const auto now = std::chrono::floor<std::chrono::seconds>(service.clock.service());
  const identity::Credential issued =
      service.authority.issue(session, now + std::chrono::seconds(duration_s));
  return Map{{"AccessKeyId", issued.access_key_id},
             {"SecretAccessKey", issued.secret},
             {"SessionToken", *issued.session_token},
             {"Expiration", *issued.expires}};
}

Map assumed_role_answer(const Principal& session) {
  return Map{{"AssumedRoleId", session.user_id}, {"Arn", session.arn}};
}

std::vector<aws::Need> nothing_needed(const aws::Call&, const Value&) { return {}; }

}  // namespace millrace::service::sts
