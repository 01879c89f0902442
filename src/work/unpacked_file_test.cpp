// Files that gzip packed, within the room that they are given.
#include "work/unpacked_file.hpp"

#include "learn/algorithm.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <zlib.h>

#include <string>

namespace millrace::work {
namespace {

class UnpackedFile : public ::testing::Test {
 protected:
  ~UnpackedFile() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_ = [] {
    std::string name = ::testing::TempDir() + "unpacked-XXXXXX";
    return std::filesystem::path(mkdtemp(name.data()));
  }();
};

File packed(const std::filesystem::path& path, const std::string& text) {
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  return {.name = "a.csv.gz", .path = path};
}

std::string refusal(const File& file, const std::filesystem::path& folder, std::uint64_t room) {
  try {
    (void)unpack_file(file, folder, room);
  } catch (const learn::ClientError& error) {
    return error.what();
  }
  return "";
}

TEST_F(UnpackedFile, HasWhatWasPackedAndNoName) {
  const File file = packed(folder_ / "packed", "1,2\n3,4\n");
  std::uint64_t room = 100;
  const auto source = unpack_file(file, folder_, room);
  EXPECT_EQ(base::read_all(*source), "1,2\n3,4\n");
  EXPECT_EQ(room, 92U);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "unpacked"));
}

TEST_F(UnpackedFile, TakesFromTheRoomThereIs) {
  const File file = packed(folder_ / "packed", std::string(5'000'000, '0'));
  EXPECT_EQ(refusal(file, folder_, 4'999'999), "a.csv.gz: there is no room for what it unpacks to");
  EXPECT_EQ(refusal(file, folder_, 5'000'000), "");
  EXPECT_LE(room_to_unpack(folder_), unpacked_bytes_limit);
}

TEST_F(UnpackedFile, NeedsNoFolderWhereNothingIsPacked) {
  EXPECT_EQ(room_to_unpack(folder_ / "nowhere"), unpacked_bytes_limit);
}

TEST_F(UnpackedFile, IsNamedWhenItIsDamaged) {
  const File file = packed(folder_ / "packed", "1,2\n3,4\n");
  std::filesystem::resize_file(file.path, std::filesystem::file_size(file.path) - 1);
  EXPECT_EQ(refusal(file, folder_, 100), "a.csv.gz: the gzip file is cut short");
}

}  // namespace
}  // namespace millrace::work
