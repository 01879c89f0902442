// The account that every request of S3 Control names beside its caller's: it must be the same.
#pragma once

#include "aws/operation.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::s3control {

// An action's name as a template argument, without its prefix.
template <std::size_t N>
struct Action {
  char text[N];
  consteval Action(const char (&name)[N]) { std::copy_n(name, N, text); }
};

// Takes AccountId, whose check is the operation's access: each begins with `check_own_account`.
void read_account(const aws::View& in);
// Throws AccessDenied where the request names another account than the caller's.
void check_own_account(const aws::Call& call, const aws::Value& input);

// arn:aws:s3:REGION:ACCOUNT:REST, of what the call's account has in the call's region.
[[nodiscard]] std::string own_arn(const aws::Call& call, std::string_view rest);
// A member of the request's head as text, empty when absent.
[[nodiscard]] std::string member_text(const aws::Value& input, std::string_view name);

// The accesses of operations on the account itself, and on one of its batch jobs.
template <Action action>
std::vector<aws::Need> on_account(const aws::Call& call, const aws::Value& input) {
  check_own_account(call, input);
  return {{.action = "s3:" + std::string(action.text), .resource = "*", .conditions = {}}};
}

template <Action action>
std::vector<aws::Need> on_job(const aws::Call& call, const aws::Value& input) {
  check_own_account(call, input);
  return {{.action = "s3:" + std::string(action.text),
           .resource = own_arn(call, "job/" + member_text(input, "JobId")),
           .conditions = {}}};
}

}  // namespace millrace::service::s3control
