// What requests for sessions have in common: what narrows and tags a session, how long it lasts,
// whether a code was shown for it, and how its credentials look in answers.
#pragma once

#include "service/sts/service.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::service::sts {

using SessionTags = std::vector<std::pair<std::string, std::string>>;

struct Narrowing {
  std::optional<std::string> policy;
  std::vector<std::string> policy_arns;
};
[[nodiscard]] Narrowing read_narrowing(const aws::View& in);
// The grammar and size of the policies, and that the managed ones are the account's to use.
void check_narrowing(Service& service, const std::string& account, const Narrowing& narrowing);

[[nodiscard]] SessionTags read_session_tags(const aws::View& in);
// No name twice, none that the caller's session hands on, and those handed on out of them.
void check_session_tags(const policy::Principal& caller, const SessionTags& tags,
                        const std::vector<std::string>& transitive);

struct Code {
  std::optional<std::string> serial;
  std::optional<std::string> code;
};
[[nodiscard]] Code read_code(const aws::View& in);
// The caller, who has shown a code of a device of its own where it gave one; AccessDenied where
// that is not right.
[[nodiscard]] policy::Principal caller_with_code(Service& service, const aws::Call& call,
                                                 const Code& code);

// What a session is given beside what the trust policy decides.
struct SessionAsk {
  identity::AssumeRequest request;
  Narrowing narrowing;
  std::vector<std::string> transitive_tags;  // names out of the request's tags
};
// The role's session, with what the caller's hands on, or AccessDenied.
[[nodiscard]] policy::Principal assume(Service& service, SessionAsk ask);
// What was asked for, an hour otherwise; ValidationError over the role's own limit.
[[nodiscard]] std::int64_t role_duration_s(Service& service, const policy::Principal& session,
                                           const std::optional<std::int64_t>& asked);

// The account of a role's ARN; ValidationError for another.
[[nodiscard]] std::string account_of_role(const std::string& role_arn);

// New credentials of the session.
[[nodiscard]] base::Map issue(Service& service, const policy::Principal& session,
                              std::int64_t duration_s);
[[nodiscard]] base::Map assumed_role_answer(const policy::Principal& session);

// A decision that the authority makes whole, or that nobody asks for.
[[nodiscard]] std::vector<aws::Need> nothing_needed(const aws::Call& call, const aws::Value& input);

}  // namespace millrace::service::sts
