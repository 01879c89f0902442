// A user's session calls IAM only after a code was shown, and of STS two operations; a federated
// user's calls IAM never, and of STS one.
#include "aws/session_limits.hpp"

#include "aws/error.hpp"
#include "aws/sigv4.hpp"

namespace millrace::aws {
namespace {

using policy::Principal;

bool is_session_of_user(const Principal& caller) {
  const bool has_keys =
      caller.kind == Principal::Kind::user || caller.kind == Principal::Kind::root;
  return has_keys && caller.token_issued;
}

bool may_call_sts(const Principal& caller, std::string_view operation) {
  // The operations for identities of providers take no signature, and nothing from one.
  if (operation == "GetCallerIdentity" || operation.starts_with("AssumeRoleWith")) return true;
  return operation == "AssumeRole" && caller.kind != Principal::Kind::federated_user;
}

}  // namespace

void check_session_limits(const Principal& caller, std::string_view service,
                          std::string_view operation) {
  const bool is_federated = caller.kind == Principal::Kind::federated_user;
  if (!is_federated && !is_session_of_user(caller)) return;
  if (service == "iam" && (is_federated || !caller.mfa_authenticated))
    throw SignatureError(SignatureFault::bad_token, "a session without MFA calls no IAM");
  if (service == "sts" && !may_call_sts(caller, operation)) {
    throw Error("AccessDenied",
                "Cannot call " + std::string(operation) + " with session credentials", 403);
  }
}

}  // namespace millrace::aws
