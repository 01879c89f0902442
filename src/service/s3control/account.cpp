#include "service/s3control/account.hpp"

namespace millrace::service::s3control {

namespace {

constexpr std::size_t account_digits = 12;

}  // namespace

void read_account(const aws::View& in) { static_cast<void>(in.take("AccountId").present()); }

void check_own_account(const aws::Call& call, const aws::Value& input) {
  const std::string named = member_text(input, "AccountId");
  // That it is missing or no account's is said when the request is held to the model.
  const bool is_account =
      named.size() == account_digits && named.find_first_not_of("0123456789") == std::string::npos;
  if (!is_account || named == call.account) return;
  throw aws::Error("AccessDenied", "Access Denied");
}

std::string own_arn(const aws::Call& call, std::string_view rest) {
  return "arn:aws:s3:" + call.region + ":" + call.account + ":" + std::string(rest);
}

std::string member_text(const aws::Value& input, std::string_view name) {
  const aws::Value* value = input.find(name);
  return value != nullptr && value->is_text() ? value->text() : std::string();
}

}  // namespace millrace::service::s3control
