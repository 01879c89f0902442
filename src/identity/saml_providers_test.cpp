// Assertions that may be used once.
#include "identity/saml_providers.hpp"

#include "identity/errors.hpp"
#include "identity/testing/directory_fixture.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

using testing::account;

class SamlProvidersTest : public testing::DirectoryFixture {
 protected:
  SamlProvidersTest() {
    provider_.account = account;
    provider_.arn = saml_provider_arn(account, "p");
  }
  bool use(const std::string& id, std::chrono::minutes until) {
    return directory().saml_providers.use_once(provider_, id, clock_.service() + until);
  }
  SamlProvider provider_;
};

TEST_F(SamlProvidersTest, UseAnAssertionOnce) {
  EXPECT_TRUE(use("_a", std::chrono::minutes(5)));
  EXPECT_FALSE(use("_a", std::chrono::minutes(5)));
  EXPECT_TRUE(use("_b", std::chrono::minutes(5)));
  start();
  EXPECT_FALSE(use("_a", std::chrono::minutes(5)));
  provider_.arn = saml_provider_arn(account, "q");
  EXPECT_TRUE(use("_a", std::chrono::minutes(5)));
}

TEST_F(SamlProvidersTest, RememberManyUsedAssertionsAndNoMore) {
  constexpr int limit = 5'000;
  for (int i = 0; i < limit; ++i)
    ASSERT_TRUE(use(std::to_string(i), std::chrono::minutes(i < 10 ? 1 : 5)));
  EXPECT_THROW((void)use("more", std::chrono::minutes(5)), LimitExceeded);
  EXPECT_FALSE(use("11", std::chrono::minutes(5)));
  clock_.advance(std::chrono::minutes(2));
  EXPECT_TRUE(use("more", std::chrono::minutes(5)));
  EXPECT_FALSE(use("11", std::chrono::minutes(5)));
}

}  // namespace
}  // namespace millrace::identity
