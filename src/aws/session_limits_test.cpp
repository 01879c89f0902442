// Which operations sessions of users, of federated users and of roles may call.
#include "aws/session_limits.hpp"

#include "aws/error.hpp"
#include "aws/sigv4.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

using policy::Principal;

Principal session(Principal::Kind kind) {
  Principal caller;
  caller.kind = kind;
  caller.token_issued = base::Timestamp{};
  return caller;
}

TEST(SessionLimits, ALongTermKeyHasNone) {
  Principal user;
  user.kind = Principal::Kind::user;
  EXPECT_NO_THROW(check_session_limits(user, "iam", "ListUsers"));
  EXPECT_NO_THROW(check_session_limits(user, "sts", "GetSessionToken"));
}

TEST(SessionLimits, AUsersSessionCallsIamOnlyAfterACode) {
  for (const auto kind : {Principal::Kind::user, Principal::Kind::root}) {
    Principal caller = session(kind);
    EXPECT_THROW(check_session_limits(caller, "iam", "ListUsers"), SignatureError);
    EXPECT_NO_THROW(check_session_limits(caller, "s3", "ListBuckets"));
    caller.mfa_authenticated = base::Timestamp{};
    EXPECT_NO_THROW(check_session_limits(caller, "iam", "ListUsers"));
  }
}

TEST(SessionLimits, AUsersSessionCallsTwoOperationsOfSts) {
  Principal caller = session(Principal::Kind::user);
  caller.mfa_authenticated = base::Timestamp{};
  EXPECT_NO_THROW(check_session_limits(caller, "sts", "AssumeRole"));
  EXPECT_NO_THROW(check_session_limits(caller, "sts", "GetCallerIdentity"));
  EXPECT_THROW(check_session_limits(caller, "sts", "GetSessionToken"), Error);
  EXPECT_THROW(check_session_limits(caller, "sts", "GetAccessKeyInfo"), Error);
}

TEST(SessionLimits, AFederatedUserCallsNoIamAndOneOfSts) {
  Principal caller = session(Principal::Kind::federated_user);
  caller.mfa_authenticated = base::Timestamp{};
  EXPECT_THROW(check_session_limits(caller, "iam", "ListUsers"), SignatureError);
  EXPECT_THROW(check_session_limits(caller, "sts", "AssumeRole"), Error);
  EXPECT_NO_THROW(check_session_limits(caller, "sts", "GetCallerIdentity"));
}

TEST(SessionLimits, ARolesSessionHasNone) {
  const Principal caller = session(Principal::Kind::role_session);
  EXPECT_NO_THROW(check_session_limits(caller, "iam", "ListUsers"));
  EXPECT_NO_THROW(check_session_limits(caller, "sts", "GetAccessKeyInfo"));
}

}  // namespace
}  // namespace millrace::aws
