#include "store/stamps.hpp"

#include "base/testing/memory_files.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace millrace::store {
namespace {

class StampsTest : public ::testing::Test {
 protected:
  StampsTest() { database->join(stamps); }
  ~StampsTest() override { database->leave(stamps); }

  base::testing::MemoryFiles files;
  std::unique_ptr<Database> database = open_database(files, {.path = "/data/millrace.db"});
  Stamps stamps;
};

TEST_F(StampsTest, ChangesWithWhatIsNamed) {
  const auto before = stamps.of("a");
  const auto other = stamps.of("b");
  ASSERT_TRUE(before.has_value());
  EXPECT_EQ(stamps.of("a"), before);
  database->write([&](Connection&) {
    stamps.changing("a");
    stamps.changing("a");
    EXPECT_EQ(stamps.of("a"), std::nullopt);
  });
  database->write([](Connection&) {});  // the group before is settled
  EXPECT_TRUE(stamps.of("a").has_value());
  EXPECT_NE(stamps.of("a"), before);
  EXPECT_EQ(stamps.of("b"), other);
}

TEST_F(StampsTest, AnUndoneChangeLeavesNothingOpen) {
  const auto undone = [&](Connection&) {
    stamps.changing_all();
    throw std::runtime_error("no");
  };
  EXPECT_THROW(database->write(undone), std::runtime_error);
  database->write([](Connection&) {});
  EXPECT_TRUE(stamps.of("a").has_value());
}

}  // namespace
}  // namespace millrace::store
