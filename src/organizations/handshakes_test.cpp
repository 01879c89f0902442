#include "organizations/handshakes.hpp"

#include "organizations/limits.hpp"
#include "organizations/testing/tree.hpp"

namespace millrace::organizations {
namespace {

class Handshakes : public testing::Tree {
 protected:
  std::string invite_other() {
    return invite(organization, {.account = testing::other, .email = {}, .notes = {}, .tags = {}},
                  now, random)
        .id;
  }
  HandshakeState state(const std::string& id) {
    return state_at(organization.handshakes.at(id), now);
  }
  // The request for all features of an organisation that had one.
  std::string ask() {
    organization.features = FeatureSet::consolidated_billing;
    return ask_for_all_features(organization, now, random).id;
  }
  std::string approval_of(const std::string& request) {
    for (const auto& [id, handshake] : organization.handshakes) {
      if (handshake.parent == request) return id;
    }
    return {};
  }
};

TEST_F(Handshakes, AreOpenUntilTheyEndOrExpire) {
  const std::string id = invite_other();
  EXPECT_EQ(state(id), HandshakeState::open);
  testing::expect_refused(Why::duplicate_handshake, "", [&] { invite_other(); });
  now += invitation_lifetime;
  EXPECT_EQ(state(id), HandshakeState::expired);
  testing::expect_refused(Why::invalid_handshake_transition, "",
                          [&] { end_handshake(organization, id, Ending::accept, now); });
  invite_other();
}

TEST_F(Handshakes, EndOnce) {
  const std::string id = invite_other();
  end_handshake(organization, id, Ending::decline, now);
  EXPECT_EQ(state(id), HandshakeState::declined);
  testing::expect_refused(Why::handshake_already_in_state, "",
                          [&] { end_handshake(organization, id, Ending::decline, now); });
  testing::expect_refused(Why::invalid_handshake_transition, "",
                          [&] { end_handshake(organization, id, Ending::accept, now); });
}

TEST_F(Handshakes, AreForgottenAfterAWhile) {
  const std::string id = invite_other();
  end_handshake(organization, id, Ending::cancel, now);
  now += ended_handshakes_stay;
  forget_old_handshakes(organization, now);
  testing::expect_refused(Why::handshake_not_found, "",
                          [&] { end_handshake(organization, id, Ending::accept, now); });
  EXPECT_TRUE(organization.handshakes.empty());
}

TEST_F(Handshakes, InviteNobodyWhoIsThere) {
  add(testing::other);
  testing::expect_refused(Why::handshake_constraint, "ALREADY_IN_AN_ORGANIZATION",
                          [&] { invite_other(); });
}

TEST_F(Handshakes, ForAllFeaturesOpenAtOnceWhereNobodyWasInvited) {
  add(testing::member, false);
  const std::string request = ask();
  EXPECT_EQ(state(request), HandshakeState::open);
  testing::expect_refused(Why::handshake_constraint, "INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES",
                          [&] { invite_other(); });
  end_handshake(organization, request, Ending::accept, now);
  EXPECT_EQ(organization.features, FeatureSet::all);
  testing::expect_refused(Why::handshake_constraint, "ORGANIZATION_ALREADY_HAS_ALL_FEATURES",
                          [&] { ask_for_all_features(organization, now, random); });
}

TEST_F(Handshakes, ForAllFeaturesWaitForEveryInvitedAccount) {
  add(testing::member);
  const std::string request = ask();
  EXPECT_EQ(state(request), HandshakeState::requested);
  testing::expect_refused(Why::invalid_handshake_transition, "",
                          [&] { end_handshake(organization, request, Ending::accept, now); });
  testing::expect_refused(Why::handshake_constraint,
                          "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION",
                          [&] { ask_for_all_features(organization, now, random); });
  end_handshake(organization, approval_of(request), Ending::accept, now);
  EXPECT_EQ(state(request), HandshakeState::open);
}

TEST_F(Handshakes, ForAllFeaturesEndWithOneWhoDeclines) {
  add(testing::member);
  const std::string request = ask();
  end_handshake(organization, approval_of(request), Ending::decline, now);
  EXPECT_EQ(state(request), HandshakeState::canceled);
}

TEST_F(Handshakes, WhoLeavesIsWaitedForNoMore) {
  add(testing::member);
  const std::string request = ask();
  leave(organization, testing::member, now);
  EXPECT_EQ(state(request), HandshakeState::open);
}

}  // namespace
}  // namespace millrace::organizations
