// Stored sessions: what is written is read, and so is what older versions wrote.
#include "identity/principal_record.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

TEST(PrincipalRecord, ReadsWhatItWrote) {
  policy::Principal session{.kind = policy::Principal::Kind::role_session,
                            .account = "111111111111",
                            .arn = "arn:aws:sts::111111111111:assumed-role/r/s",
                            .user_id = "AROAEXAMPLE:s",
                            .name = "r",
                            .role_arn = "arn:aws:iam::111111111111:role/r",
                            .session_name = "s"};
  session.session_policy = "{}";
  session.session_policy_arns = {"arn:aws:iam::aws:policy/ReadOnlyAccess"};
  session.tags = {{"team", "blue"}};
  session.transitive_tags = {"team"};
  session.source_identity = "alice";
  session.token_issued = base::Timestamp(base::Milliseconds(1'800'000'000'001));
  session.mfa_authenticated = base::Timestamp(base::Milliseconds(1'800'000'000'002));
  session.federated_provider = "accounts.google.com";
  session.federated_keys["accounts.google.com:aud"] = {"a", "b"};
  const policy::Principal read = read_principal(write_principal(session));
  EXPECT_EQ(read.kind, session.kind);
  EXPECT_EQ(read.arn, session.arn);
  EXPECT_EQ(read.session_policy, session.session_policy);
  EXPECT_EQ(read.session_policy_arns, session.session_policy_arns);
  EXPECT_EQ(read.tags, session.tags);
  EXPECT_EQ(read.transitive_tags, session.transitive_tags);
  EXPECT_EQ(read.source_identity, session.source_identity);
  EXPECT_EQ(read.token_issued, session.token_issued);
  EXPECT_EQ(read.mfa_authenticated, session.mfa_authenticated);
  EXPECT_EQ(read.federated_provider, session.federated_provider);
  EXPECT_EQ(read.federated_keys, session.federated_keys);
}

TEST(PrincipalRecord, ReadsASessionOfAnOlderVersion) {
  const policy::Principal read = read_principal(
      R"({"kind":"role_session","account":"111111111111","arn":"a","user_id":"u","name":"r",)"
      R"("role_arn":"ra","session_name":"s","tags":{"team":"blue"},"source_identity":"alice"})");
  EXPECT_EQ(read.kind, policy::Principal::Kind::role_session);
  EXPECT_EQ(read.tags, (std::vector<std::pair<std::string, std::string>>{{"team", "blue"}}));
  EXPECT_FALSE(read.token_issued);
  EXPECT_FALSE(read.mfa_authenticated);
  EXPECT_TRUE(read.federated_provider.empty());
  EXPECT_TRUE(read.session_policy_arns.empty());
}

}  // namespace
}  // namespace millrace::identity
