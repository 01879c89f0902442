// Passwords: what AWS refuses, and that a hash knows its own only.
#include "identity/password.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

std::string refusal(std::string_view password, const PasswordPolicy* policy = nullptr) {
  try {
    check_password(password, policy);
  } catch (const PasswordViolation& error) {
    return error.what();
  }
  return "";
}

TEST(Password, HashKnowsItsOwnOnly) {
  base::SeededRandom random(1);
  const std::string hash = hash_password(random, "correct horse");
  EXPECT_TRUE(hash.starts_with("scrypt$15$8$1$"));
  EXPECT_TRUE(is_password("correct horse", hash));
  EXPECT_FALSE(is_password("correct hors", hash));
  EXPECT_NE(hash, hash_password(random, "correct horse"));
}

TEST(Password, WithoutAPolicyHasThreeOfFourKinds) {
  EXPECT_EQ(refusal("aB3$"), "Password should have a minimum length of 8");
  EXPECT_EQ(refusal("abcdefg1"),
            "Password should meet 1 more of the following requirements: Password should have at "
            "least one uppercase letter, Password should have at least one symbol");
  EXPECT_EQ(refusal("abcdefG1"), "");
  EXPECT_EQ(refusal("abcdefg1$"), "");
}

TEST(Password, KeepsToThePolicyAlone) {
  PasswordPolicy policy{.minimum_length = 6};
  EXPECT_EQ(refusal("aaaaaa", &policy), "");
  EXPECT_EQ(refusal("aaaaa", &policy), "Password should have a minimum length of 6");
  policy.require_numbers = true;
  policy.require_symbols = true;
  policy.require_uppercase = true;
  EXPECT_EQ(refusal("aaaaaa", &policy),
            "Password should have at least one uppercase letter, Password should have at least "
            "one symbol, Password should have at least one number");
  EXPECT_EQ(refusal("aaAA1'", &policy), "");
  // Letters that UTF-8 writes as two bytes are one each.
  EXPECT_EQ(refusal("\xC3\xA9"
                    "A1'\xC3\xA9",
                    &policy),
            "Password should have a minimum length of 6");
}

TEST(Password, FormerOnesMayBeForbidden) {
  base::SeededRandom random(1);
  const std::vector<std::string> former{hash_password(random, "new"), hash_password(random, "old")};
  PasswordPolicy policy;
  EXPECT_NO_THROW(check_reuse("new", former, nullptr));
  EXPECT_NO_THROW(check_reuse("new", former, &policy));
  policy.reuse_prevention = 1;
  EXPECT_THROW(check_reuse("new", former, &policy), PasswordViolation);
  EXPECT_NO_THROW(check_reuse("old", former, &policy));
  policy.reuse_prevention = 24;
  EXPECT_THROW(check_reuse("old", former, &policy), PasswordViolation);
}

}  // namespace
}  // namespace millrace::identity
