#include "base/filled_files.hpp"

#include "base/testing/memory_files.hpp"

#include <gtest/gtest.h>

namespace millrace::base {
namespace {

TEST(FilledFiles, HaveNoRoomUntilItIsMade) {
  testing::MemoryFiles real;
  FilledFiles files(real);
  const auto file = files.open("/f", Open::create_new);
  files.fill_after(1);
  file->write_at(0, "one");
  EXPECT_TRUE(files.is_full());
  EXPECT_THROW(file->write_at(3, "two"), FileError);
  EXPECT_THROW((void)files.open("/g", Open::create_new), FileError);
  file->truncate(2);
  EXPECT_EQ(read_all(*file), "on");
  files.make_room();
  file->write_at(2, "ly");
  EXPECT_EQ(read_all(*file), "only");
}

}  // namespace
}  // namespace millrace::base
