// A model's folder while it grows: what becomes of it, and of what others left behind.
#include "work/hand/partial_folder.hpp"

#include "work/hand/arguments.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace millrace::work::hand {
namespace {

namespace fs = std::filesystem;

class PartialFolderTest : public testing::Test {
 protected:
  PartialFolderTest() {
    fs::remove_all(place_);
    fs::create_directories(place_);
  }
  ~PartialFolderTest() override { fs::remove_all(place_); }

  static void fill(const fs::path& folder) {
    fs::create_directories(folder);
    std::ofstream(folder / "file") << "half a model";
  }

  fs::path place_ = fs::path(testing::TempDir()) / "millrace_partial_folder";
};

TEST_F(PartialFolderTest, IsGoneUnlessItIsKept) {
  {
    const PartialFolder folder(place_ / "out");
    fill(folder.path());
  }
  EXPECT_TRUE(fs::is_empty(place_));
  {
    PartialFolder folder(place_ / "out");
    fill(folder.path());
    folder.keep();
  }
  EXPECT_TRUE(fs::exists(place_ / "out/file"));
  EXPECT_THROW(PartialFolder(place_ / "out"), UsageError);
}

TEST_F(PartialFolderTest, RemovesWhatAKilledTrainingLeft) {
  fill(place_ / "out.partial-123");
  fill(place_ / "other.partial-123");
  fill(place_ / "out.partial-");
  fill(place_ / "out.partial-1x");
  const PartialFolder folder(place_ / "out");
  EXPECT_FALSE(fs::exists(place_ / "out.partial-123"));
  EXPECT_TRUE(fs::exists(place_ / "other.partial-123"));
  EXPECT_TRUE(fs::exists(place_ / "out.partial-"));
  EXPECT_TRUE(fs::exists(place_ / "out.partial-1x"));
}

TEST_F(PartialFolderTest, LeavesThatOfATrainingThatRuns) {
  const PartialFolder running(place_ / "out");
  const fs::path renamed = place_ / "out.partial-1";
  fs::rename(running.path(), renamed);
  const PartialFolder next(place_ / "out");
  EXPECT_TRUE(fs::exists(renamed));
}

}  // namespace
}  // namespace millrace::work::hand
