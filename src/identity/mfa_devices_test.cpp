// Virtual MFA devices: codes by the service clock, each good once, after a restart too.
#include "identity/mfa_devices.hpp"

#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "identity/errors.hpp"
#include "identity/testing/running.hpp"
#include "identity/totp.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

const std::string account = "111111111111";

class MfaDevicesTest : public ::testing::Test {
 protected:
  MfaDevicesTest() { device_ = devices().create({.account = account, .name = "phone"}); }

  MfaDevices& devices() { return running_->directory.mfa_devices; }
  MfaDevices::Use use(const std::string& user = "AIDAONE") {
    return {.account = account, .serial = device_.serial, .user_id = user};
  }
  // The code that the device shows some steps from now.
  std::string code(std::int64_t steps) {
    return totp_code(device_.seed, totp_step_at(clock_.service()) + steps);
  }

  base::testing::MemoryFiles files_;
  base::ManualClock clock_;
  base::SeededRandom random_{1};
  std::unique_ptr<testing::Running> running_ =
      std::make_unique<testing::Running>(files_, clock_, random_);
  MfaDevice device_;
};

TEST_F(MfaDevicesTest, TwoCodesInARowEnableADevice) {
  EXPECT_THROW(devices().enable(use(), code(0), code(0)), InvalidCode);
  EXPECT_THROW(devices().enable(use(), code(-1), code(1)), InvalidCode);
  devices().enable(use(), code(-1), code(0));
  EXPECT_EQ(devices().device(account, device_.serial).owner, "AIDAONE");
  EXPECT_THROW(devices().enable(use("AIDATWO"), code(1), code(2)), EntityExists);
}

TEST_F(MfaDevicesTest, ACodeIsGoodOnce) {
  devices().enable(use(), code(-2), code(-1));
  EXPECT_FALSE(devices().accept(use(), code(-1)));
  EXPECT_TRUE(devices().accept(use(), code(0)));
  EXPECT_FALSE(devices().accept(use(), code(0)));
  EXPECT_FALSE(devices().accept(use(), "000000x"));
}

TEST_F(MfaDevicesTest, ACodeStaysUsedAfterARestart) {
  devices().enable(use(), code(-2), code(-1));
  EXPECT_TRUE(devices().accept(use(), code(0)));
  running_.reset();
  running_ = std::make_unique<testing::Running>(files_, clock_, random_);
  EXPECT_FALSE(devices().accept(use(), code(0)));
  EXPECT_TRUE(devices().accept(use(), code(1)));
}

TEST_F(MfaDevicesTest, CodesFollowTheServiceClock) {
  devices().enable(use(), code(-2), code(-1));
  const std::string later = code(100);
  EXPECT_FALSE(devices().accept(use(), later));
  clock_.advance(100 * totp_step);
  EXPECT_TRUE(devices().accept(use(), later));
}

TEST_F(MfaDevicesTest, ADeviceIsItsUsersAlone) {
  devices().enable(use(), code(-2), code(-1));
  EXPECT_THROW((void)devices().accept(use("AIDATWO"), code(0)), NoSuchEntity);
  EXPECT_THROW(devices().deactivate(use("AIDATWO")), NoSuchEntity);
  EXPECT_THROW(devices().erase(account, device_.serial), DeleteConflict);
  devices().deactivate(use());
  devices().erase(account, device_.serial);
  EXPECT_TRUE(devices().list(account).empty());
}

TEST_F(MfaDevicesTest, AClockThatWentAstrayIsMadeUpFor) {
  devices().enable(use(), code(-2), code(-1));
  EXPECT_FALSE(devices().accept(use(), code(200)));
  devices().resync(use(), code(199), code(200));
  EXPECT_TRUE(devices().accept(use(), code(201)));
  EXPECT_FALSE(devices().accept(use(), code(0)));
}

}  // namespace
}  // namespace millrace::identity
