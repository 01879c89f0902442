// The test vectors of RFC 6238 (appendix B), cut to six digits, and of RFC 4648.
#include "identity/totp.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

std::string code_at(std::int64_t seconds) {
  const base::Timestamp time{std::chrono::seconds(seconds)};
  return totp_code("12345678901234567890", totp_step_at(time));
}

TEST(Totp, GivesTheCodesOfTheRfc) {
  EXPECT_EQ(code_at(59), "287082");
  EXPECT_EQ(code_at(1111111109), "081804");
  EXPECT_EQ(code_at(1111111111), "050471");
  EXPECT_EQ(code_at(1234567890), "005924");
  EXPECT_EQ(code_at(2000000000), "279037");
  EXPECT_EQ(code_at(20000000000), "353130");
}

TEST(Totp, ChangesWithTheStepAlone) {
  EXPECT_EQ(code_at(60), code_at(89));
  EXPECT_NE(code_at(60), code_at(90));
}

TEST(Totp, WritesSeedsInBase32) {
  EXPECT_EQ(base32(""), "");
  EXPECT_EQ(base32("fooba"), "MZXW6YTB");
  EXPECT_EQ(base32(std::string(5, '\xff')), "77777777");
}

}  // namespace
}  // namespace millrace::identity
