// The operating system's files, and streams over them.
#include "base/files.hpp"

#include "base/random.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace millrace::base {
namespace {

class SystemFilesTest : public testing::Test {
 protected:
  SystemFilesTest() {
    SystemRandom random;
    folder_ = std::filesystem::temp_directory_path() / ("millrace-files-" + random_hex(random, 16));
    files_.make_folders(folder_ + "/a/b");
  }
  ~SystemFilesTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
  SystemFiles files_;
};

TEST_F(SystemFilesTest, WritesReadsAndTruncates) {
  const auto file = files_.open(folder_ + "/x", Open::create_new);
  file->write_at(3, "abc");
  file->sync();
  EXPECT_EQ(file->size(), 6U);
  EXPECT_EQ(read_all(*file), std::string("\0\0\0abc", 6));
  char part[10];
  EXPECT_EQ(file->read_at(4, part, sizeof part), 2U);
  EXPECT_EQ(file->read_at(9, part, sizeof part), 0U);
  file->truncate(4);
  EXPECT_EQ(file->size(), 4U);
  EXPECT_GE(file->descriptor(), 0);
}

TEST_F(SystemFilesTest, NamesThePathThatFailed) {
  try {
    static_cast<void>(files_.open(folder_ + "/none", Open::read));
    FAIL();
  } catch (const FileError& error) {
    EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
    EXPECT_NE(std::string(error.what()).find("/none"), std::string::npos);
  }
  static_cast<void>(files_.open(folder_ + "/x", Open::create_new));
  EXPECT_THROW(static_cast<void>(files_.open(folder_ + "/x", Open::create_new)), FileError);
}

TEST_F(SystemFilesTest, LocksAgainstOthers) {
  auto first = files_.open(folder_ + "/lock", Open::write);
  const auto second = files_.open(folder_ + "/lock", Open::write);
  EXPECT_TRUE(first->try_lock());
  EXPECT_FALSE(second->try_lock());
  first.reset();
  EXPECT_TRUE(second->try_lock());
}

TEST_F(SystemFilesTest, ReplacesListsAndRemoves) {
  replace_file(files_, folder_ + "/a/f", "one");
  replace_file(files_, folder_ + "/a/f", "2");
  EXPECT_EQ(read_file(files_, folder_ + "/a/f"), "2");
  EXPECT_EQ(files_.list(folder_ + "/a"), (std::vector<std::string>{"b", "f"}));
  files_.remove(folder_ + "/a/f");
  files_.remove(folder_ + "/a/f");
  EXPECT_FALSE(files_.exists(folder_ + "/a/f"));
  EXPECT_TRUE(files_.exists(folder_ + "/a"));
}

TEST(Stream, ReadsRangesWithinLimits) {
  const MemorySource source("0123456789");
  SourceReader middle(source, 2, 5);
  EXPECT_EQ(read_all(middle, 5), "23456");
  SourceReader whole(source);
  EXPECT_THROW(static_cast<void>(read_all(whole, 9)), std::length_error);
}

}  // namespace
}  // namespace millrace::base
