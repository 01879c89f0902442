#include "base/delayed_files.hpp"

#include "base/testing/memory_files.hpp"

#include <gtest/gtest.h>

namespace millrace::base {
namespace {

TEST(DelayedFiles, DelaysSyncsAndNothingElse) {
  testing::MemoryFiles real;
  std::vector<Milliseconds> waits;
  DelayedFiles files(real, [&](Milliseconds time) { waits.push_back(time); });
  files.make_folders("/a");
  const auto file = files.open("/a/f", Open::create_new);
  file->sync();
  EXPECT_TRUE(waits.empty());

  files.delay_syncs(Milliseconds(4));
  file->write_at(0, "text");
  file->truncate(2);
  EXPECT_EQ(read_all(*file), "te");
  files.rename("/a/f", "/a/g");
  EXPECT_TRUE(files.exists("/a/g"));
  EXPECT_TRUE(waits.empty());

  file->sync();
  files.sync_folder("/a");
  EXPECT_EQ(waits, (std::vector{Milliseconds(4), Milliseconds(4)}));

  files.delay_syncs(Milliseconds(0));
  file->sync();
  EXPECT_EQ(waits.size(), 2U);
}

}  // namespace
}  // namespace millrace::base
