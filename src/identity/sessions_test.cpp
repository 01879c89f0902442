// Sessions: whose they are, which tags they have, and what they keep of who asked for them.
#include "identity/sessions.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

Role a_role() {
  Role role;
  role.entity.account = "111111111111";
  role.entity.name = "r";
  role.entity.id = "AROAEXAMPLE";
  role.entity.arn = "arn:aws:iam::111111111111:role/r";
  role.entity.tags = {{"Team", "blue"}, {"of", "role"}};
  return role;
}

TEST(Sessions, HaveTheirRolesTagsUnderTheirOwn) {
  AssumeRequest request;
  request.session_name = "s";
  request.session_tags = {{"team", "red"}};
  const policy::Principal session = session_for(a_role(), request);
  EXPECT_EQ(session.arn, "arn:aws:sts::111111111111:assumed-role/r/s");
  EXPECT_EQ(session.user_id, "AROAEXAMPLE:s");
  EXPECT_EQ(session.tags, (policy::TagPairs{{"of", "role"}, {"team", "red"}}));
}

TEST(Sessions, HandOnWhatTheyWereToldTo) {
  policy::Principal caller;
  caller.tags = {{"star", "1"}, {"sun", "2"}};
  caller.transitive_tags = {"STAR"};
  EXPECT_EQ(inherited_tags(caller), (policy::TagPairs{{"star", "1"}}));
}

TEST(Sessions, KeepTheSourceOfWhoAsked) {
  AssumeRequest request;
  request.caller.source_identity = "ann";
  EXPECT_EQ(session_for(a_role(), request).source_identity, "ann");
}

TEST(Sessions, KeepOfAProviderWhatAwsLetsOutliveTheAsking) {
  AssumeRequest request;
  request.caller.kind = policy::Principal::Kind::federated_identity;
  request.caller.federated_provider = "arn:aws:iam::111111111111:saml-provider/p";
  request.caller.federated_keys = {{"saml:sub", {"ann"}},
                                   {"saml:aud", {"a"}},
                                   {"saml:mail", {"m"}},
                                   {"id.example.com:aud", {"c"}}};
  const policy::Principal session = session_for(a_role(), request);
  EXPECT_EQ(session.federated_provider, request.caller.federated_provider);
  EXPECT_EQ(session.federated_keys.size(), 2U);
  EXPECT_TRUE(session.federated_keys.contains("saml:sub"));
  EXPECT_TRUE(session.federated_keys.contains("id.example.com:aud"));
}

TEST(Sessions, AreAskedForByActionsOfTheirOwn) {
  policy::Principal caller;
  EXPECT_EQ(assuming_action(caller), "sts:AssumeRole");
  caller.kind = policy::Principal::Kind::federated_identity;
  caller.federated_provider = "arn:aws:iam::111111111111:saml-provider/p";
  EXPECT_EQ(assuming_action(caller), "sts:AssumeRoleWithSAML");
  caller.federated_provider = "accounts.google.com";
  EXPECT_EQ(assuming_action(caller), "sts:AssumeRoleWithWebIdentity");
}

TEST(Sessions, OfFederatedUsersAreOfTheirUsersAccount) {
  policy::Principal user;
  user.kind = policy::Principal::Kind::user;
  user.account = "111111111111";
  user.name = "ann";
  user.tags = {{"team", "blue"}};
  const policy::Principal session =
      federated_user({.user = user, .name = "carol", .session_tags = {{"TEAM", "red"}}});
  EXPECT_EQ(session.kind, policy::Principal::Kind::federated_user);
  EXPECT_EQ(session.arn, "arn:aws:sts::111111111111:federated-user/carol");
  EXPECT_EQ(session.user_id, "111111111111:carol");
  EXPECT_EQ(session.name, "ann");
  EXPECT_EQ(session.tags, (policy::TagPairs{{"TEAM", "red"}}));
}

}  // namespace
}  // namespace millrace::identity
