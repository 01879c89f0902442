// An authority explains as it decides, and knows what organisations lay over accounts.
#include "identity/authority.hpp"

#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "identity/grants.hpp"
#include "identity/testing/running.hpp"
#include "policy/decision.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

const std::string account = "123456789012";

policy::NamedPolicy lists() {
  constexpr std::string_view document =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:List*","Resource":"*"}})";
  return {.name = "l",
          .policy = std::make_shared<const policy::Policy>(
              policy::parse_policy(document, policy::PolicyKind::service_control))};
}

// The organisations that a test lays over accounts.
class FixedCeilings final : public policy::Ceilings {
 public:
  std::shared_ptr<const policy::Ceiling> ceiling(std::string_view of) override {
    return of == account ? held : nullptr;
  }
  std::shared_ptr<const policy::Ceiling> held;
};

class AuthorityTest : public ::testing::Test {
 protected:
  AuthorityTest()
      : authority_(make_authority(running_.directory, clock_, nullptr, nullptr, &ceilings_)) {
    running_.directory.roster.create(User{.entity = {.account = account, .name = "ann"}});
  }
  policy::Question asked() {
    return {.principal = {.kind = policy::Principal::Kind::user,
                          .account = account,
                          .arn = "arn:aws:iam::123456789012:user/ann",
                          .user_id = running_.directory.roster.user(account, "ann").entity.id,
                          .name = "ann"},
            .action = "s3:GetObject",
            .resource = "arn:aws:s3:::b/file"};
  }
  void grant(const std::string& statement) {
    put_inline(running_.directory.roster, {Holder::user, account, "ann"}, "p",
               R"({"Version":"2012-10-17","Statement":)" + statement + "}");
  }

  base::testing::MemoryFiles files_;
  base::ManualClock clock_;
  base::SeededRandom random_{1};
  testing::Running running_{files_, clock_, random_};
  FixedCeilings ceilings_;
  std::unique_ptr<Authority> authority_;
};

TEST_F(AuthorityTest, ExplainsAsItDecides) {
  grant(R"({"Effect":"Allow","Action":"s3:*","Resource":"*"})");
  const policy::Question question = asked();
  EXPECT_TRUE(authority_->explain(question).decision.allowed());
  auto ceiling = std::make_shared<policy::Ceiling>();
  ceiling->service_controls = {{lists()}};
  ceilings_.held = ceiling;
  const policy::Explanation told = authority_->explain(question);
  EXPECT_EQ(told.decision.policy_kind, policy::service_control_kind);
  EXPECT_EQ(told.sentence, policy::refusal(question, authority_->decide(question)));
}

TEST_F(AuthorityTest, KnowsTheOrganisationsOfCallerAndResource) {
  grant(R"({"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":)"
        R"({"aws:PrincipalOrgID":"o-1","aws:ResourceOrgID":"o-1"},)"
        R"("ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-1/r-1/*"}}})");
  const policy::Question question = asked();
  EXPECT_FALSE(authority_->decide(question).allowed());
  auto ceiling = std::make_shared<policy::Ceiling>();
  ceiling->organization_id = "o-1";
  ceiling->path = {"o-1", "r-1", "ou-1"};
  ceilings_.held = ceiling;
  EXPECT_TRUE(authority_->decide(question).allowed());
}

}  // namespace
}  // namespace millrace::identity
