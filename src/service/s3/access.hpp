// Which IAM actions on which resources S3's operations need, as AWS's list of S3 actions has them.
#pragma once

#include "aws/operation.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::service::s3 {

// An action's name as a template argument, without its prefix.
template <std::size_t N>
struct Action {
  char text[N];
  consteval Action(const char (&name)[N]) { std::copy_n(name, N, text); }
};

// A member of the request as text, empty when absent.
[[nodiscard]] std::string member_text(const aws::Value& input, std::string_view name);
[[nodiscard]] aws::Need need_on_bucket(std::string_view action, const aws::Value& input);
[[nodiscard]] aws::Need need_on_object(std::string_view action, const aws::Value& input);

template <Action action>
std::vector<aws::Need> on_bucket(const aws::Call&, const aws::Value& input) {
  return {need_on_bucket(action.text, input)};
}

template <Action action>
std::vector<aws::Need> on_object(const aws::Call&, const aws::Value& input) {
  return {need_on_object(action.text, input)};
}

// Reads of an object: the version's own action where a version is named.
std::vector<aws::Need> to_read_object(const aws::Call& call, const aws::Value& input);
// Writes of an object, with tagging where tags come along.
std::vector<aws::Need> to_write_object(const aws::Call& call, const aws::Value& input);
// A part of an upload, or the object that they make together.
std::vector<aws::Need> to_write_upload(const aws::Call& call, const aws::Value& input);
// Passing locks in governance mode, where the request asks for it.
void add_bypass(const aws::Value& input, std::vector<aws::Need>& needs);
// Listings, with the conditions that policies narrow them by.
std::vector<aws::Need> to_list_bucket(const aws::Call& call, const aws::Value& input);

}  // namespace millrace::service::s3
