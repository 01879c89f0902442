// Who a caller or an access key is.
#include "service/sts/session_request.hpp"

namespace millrace::service::sts {
namespace {

using aws::Map;
using aws::Value;
using aws::View;

Value get_caller_identity(Service&, const aws::Call& call, const aws::Nothing&) {
  return Map{{"UserId", call.principal.user_id},
             {"Account", call.principal.account},
             {"Arn", call.principal.arn}};
}

struct KeyId {
  std::string id;
};

KeyId read_key_id(const View& in) { return {.id = in.take("AccessKeyId").text()}; }

Value get_access_key_info(Service& service, const aws::Call&, const KeyId& ask) {
  const auto credential = service.authority.credential(ask.id);
  if (!credential) throw aws::Error("ValidationError", "Invalid Access Key ID: " + ask.id, 400);
  return Map{{"Account", credential->principal.account}};
}

constexpr aws::Operation table[] = {
    aws::operation<read_key_id, get_access_key_info>("GetAccessKeyInfo"),
    // AWS asks for no permission: not even a policy that denies it takes this answer from a caller.
    aws::operation<aws::read_nothing, get_caller_identity>(
        "GetCallerIdentity", {.access = nothing_needed, .runs_inline = true}),
};

}  // namespace

const std::span<const aws::Operation> caller_operations = table;

}  // namespace millrace::service::sts
