// Limits of control groups, in a folder that stands for where they are mounted.
#include "learn/memory_limit.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace millrace::learn {
namespace {

namespace fs = std::filesystem;

struct Groups {
  fs::path root = fs::path(testing::TempDir()) / "millrace_memory_limit";

  Groups() { fs::remove_all(root); }
  ~Groups() { fs::remove_all(root); }
  Groups(const Groups&) = delete;
  Groups& operator=(const Groups&) = delete;

  void set(const std::string& file, const std::string& text) const {
    fs::create_directories((root / file).parent_path());
    std::ofstream(root / file) << text << '\n';
  }
};

TEST(MemoryLimit, IsTheLeastOfTheOwnGroupAndThoseAboveIt) {
  const Groups groups;
  groups.set("a/b/memory.max", "max");
  EXPECT_EQ(memory_limit(groups.root, "0::/a/b\n"), std::nullopt);
  groups.set("a/memory.max", "3000");
  EXPECT_EQ(memory_limit(groups.root, "0::/a/b\n"), 3000);
  groups.set("a/b/memory.max", "5000");
  EXPECT_EQ(memory_limit(groups.root, "0::/a/b\n"), 3000);
  groups.set("a/b/memory.max", "2000");
  EXPECT_EQ(memory_limit(groups.root, "0::/a/b\n"), 2000);
  EXPECT_EQ(memory_limit(groups.root, "0::/a\n"), 3000);
  EXPECT_EQ(memory_limit(groups.root, "0::/other\n"), std::nullopt);
}

TEST(MemoryLimit, IsFoundInTheFirstVersionToo) {
  const Groups groups;
  const std::string own = "9:name=systemd:/x\n5:cpu,memory:/a:b/c\n3:cpu:/d\n0::/\n";
  EXPECT_EQ(memory_limit(groups.root, own), std::nullopt);
  groups.set("memory/memory.limit_in_bytes", "9223372036854771712");
  groups.set("memory/d/memory.limit_in_bytes", "1");
  groups.set("memory/a:b/c/memory.limit_in_bytes", "7000");
  EXPECT_EQ(memory_limit(groups.root, own), 7000);
  groups.set("memory.max", "6000");
  EXPECT_EQ(memory_limit(groups.root, own), 6000);
}

// As in a container that sees its own group as the root, under a name from outside.
TEST(MemoryLimit, OfAContainerStandsAtTheRoot) {
  const Groups groups;
  groups.set("memory.max", "4000");
  EXPECT_EQ(memory_limit(groups.root, "0::/../../pod\n"), 4000);
  EXPECT_EQ(memory_limit(groups.root, "0::/docker/1234"), 4000);
}

TEST(MemoryLimit, IsNoneWhereNothingCanBeRead) {
  const Groups groups;
  EXPECT_EQ(memory_limit(groups.root, ""), std::nullopt);
  EXPECT_EQ(memory_limit(groups.root, "no line of a group"), std::nullopt);
  groups.set("memory.max", "12 MB?");
  EXPECT_EQ(memory_limit(groups.root, "0::/"), 12);
  groups.set("memory.max", "-1");
  EXPECT_EQ(memory_limit(groups.root, "0::/"), std::nullopt);
}

}  // namespace
}  // namespace millrace::learn
