// Last uses: told at once, kept once they are written, and no more than there is room for.
#include "identity/uses.hpp"

#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "store/grouped_database.hpp"

#include <gtest/gtest.h>

namespace millrace::identity {
namespace {

using base::Timestamp;
using std::chrono::hours;

class UsesTest : public ::testing::Test {
 protected:
  UsesTest() { start(); }
  void start() {
    uses_.reset();
    database_.reset();
    database_ =
        std::make_unique<store::GroupedDatabase>(files_, store::DatabaseOptions{.path = "/db"});
    uses_ = std::make_unique<Uses>(*database_);
  }
  void note(Timestamp at, std::string_view service = "s3", std::string_view operation = "GetObject",
            std::string_view region = "us-east-1") {
    uses_->note({.account = "111111111111",
                 .id = "AIDA1",
                 .access_key = "AKIA1",
                 .service = service,
                 .operation = operation,
                 .region = region,
                 .at = at});
  }

  base::testing::MemoryFiles files_;
  std::unique_ptr<store::GroupedDatabase> database_;
  std::unique_ptr<Uses> uses_;
  const Timestamp now_ = Timestamp(hours(24 * 365 * 50));
};

TEST_F(UsesTest, AreToldBeforeAndAfterTheyAreWritten) {
  note(now_);
  note(now_ + hours(1), "iam", "ListUsers", "eu-west-1");
  for (int writings = 0; writings < 2; ++writings) {
    const auto of_id = uses_->of("AIDA1");
    ASSERT_EQ(of_id.size(), 2U);
    EXPECT_EQ(newest(of_id)->service, "iam");
    EXPECT_EQ(newest(of_id)->operation, "ListUsers");
    const auto of_key = uses_->of_key("AIDA1", "AKIA1");
    ASSERT_EQ(of_key.size(), 2U);
    EXPECT_EQ(newest(of_key)->region, "eu-west-1");
    EXPECT_TRUE(uses_->of_key("AIDA1", "AKIA2").empty());
    uses_->write(now_);
    start();
  }
  EXPECT_EQ(newest({}), nullptr);
}

TEST_F(UsesTest, AreTheNewestOfEach) {
  note(now_ + hours(2), "s3", "GetObject", "us-west-2");
  note(now_);
  uses_->write(now_);
  note(now_ + hours(1));
  EXPECT_EQ(uses_->of("AIDA1").front().at, now_ + hours(2));
  uses_->write(now_);
  ASSERT_EQ(uses_->of("AIDA1").size(), 1U);
  EXPECT_EQ(uses_->of("AIDA1").front().at, now_ + hours(2));
}

TEST_F(UsesTest, AreForgottenAfterTheTrackingPeriod) {
  note(now_);
  uses_->write(now_);
  note(now_ + hours(24 * 401), "iam", "ListUsers");
  uses_->write(now_ + hours(24 * 401));
  ASSERT_EQ(uses_->of("AIDA1").size(), 1U);
  EXPECT_EQ(uses_->of("AIDA1").front().service, "iam");
}

TEST_F(UsesTest, GoWithTheirAccount) {
  note(now_);
  uses_->write(now_);
  note(now_, "iam");
  uses_->empty("222222222222");
  EXPECT_EQ(uses_->of("AIDA1").size(), 2U);
  uses_->empty("111111111111");
  EXPECT_TRUE(uses_->of("AIDA1").empty());
}

TEST_F(UsesTest, AreNoMoreThanThereIsRoomFor) {
  for (std::size_t i = 0; i < noted_uses_limit; ++i) note(now_, "s3", std::to_string(i));
  note(now_, "iam", "ListUsers");
  EXPECT_EQ(uses_->of("AIDA1").size(), noted_uses_limit);
  uses_->write(now_);
  note(now_, "iam", "ListUsers");
  EXPECT_EQ(uses_->of("AIDA1").size(), noted_uses_limit + 1);
}

}  // namespace
}  // namespace millrace::identity
