#include "work/spec.hpp"

#include "work/file_source.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace millrace::work {
namespace {

class Folder {
 public:
  Folder()
      : root_(std::filesystem::temp_directory_path() /
              ("millrace-spec-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(root_ / "input/config");
  }
  ~Folder() { std::filesystem::remove_all(root_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(root_ / name) << text;
  }
  [[nodiscard]] const std::filesystem::path& root() const { return root_; }

 private:
  std::filesystem::path root_;
};

TEST(Spec, IsReadFromTheFolder) {
  const Folder folder;
  folder.write(
      "input/config/work.json",
      R"({"algorithm": "xgboost", "version": "1.7-1", "threads": 2, "channels": [{"name": "train",
                   "content_type": "text/csv", "compression": "None",
                   "files": [{"name": "a.csv", "descriptor": 7, "offset": 3, "length": 4}, {"name": "b", "path": "/b"}]}]})");
  folder.write("input/config/hyperparameters.json", R"({"num_round": "3"})");
  const Spec spec = read_spec(folder.root());
  EXPECT_EQ(spec.algorithm, "xgboost");
  EXPECT_EQ(spec.threads, 2);
  ASSERT_EQ(spec.channels.size(), 1U);
  EXPECT_EQ(spec.channels[0].files[0].descriptor, 7);
  EXPECT_EQ(spec.channels[0].files[0].length, 4U);
  EXPECT_EQ(spec.channels[0].files[1].path, "/b");
  EXPECT_FALSE(spec.channels[0].files[1].length);
  EXPECT_EQ(read_hyperparameters(folder.root()).at("num_round"), "3");
}

TEST(Spec, BoundsTheHosts) {
  const Folder folder;
  const auto hosts = [&](const std::string& count) {
    folder.write("input/config/work.json", R"({"algorithm": "xgboost", "hosts": )" + count + "}");
    return read_spec(folder.root()).hosts;
  };
  EXPECT_EQ(hosts("0"), 1);
  EXPECT_EQ(hosts("1024"), 1024);
  EXPECT_EQ(hosts("1025"), 1024);
}

TEST(Spec, RefusesWhatBreaksTheContract) {
  const Folder folder;
  const auto complaint = [&](const std::string& json) {
    folder.write("input/config/work.json", json);
    try {
      (void)read_spec(folder.root());
    } catch (const SpecError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_FALSE(complaint("{").empty());
  EXPECT_EQ(complaint(R"({"algorithm": 3})"), "work.json: algorithm is no text");
  EXPECT_EQ(complaint(R"({"channels": [{"name": "train", "compression": "Bzip2"}]})"),
            "channel train: compression Bzip2 is not built");
  EXPECT_EQ(complaint(R"({"channels": [{"name": "train", "files": [{"name": "a"}]}]})"),
            "work.json: a file has neither descriptor nor path");
}

TEST(FileSource, IsARangeOfAFile) {
  const Folder folder;
  folder.write("data", "0123456789");
  const FileSource source(
      {.name = "data", .path = folder.root() / "data", .offset = 2, .length = 5});
  EXPECT_EQ(source.size(), 5U);
  EXPECT_EQ(base::read_all(source), "23456");
  const FileSource rest({.name = "data", .path = folder.root() / "data", .offset = 8});
  EXPECT_EQ(base::read_all(rest), "89");
  EXPECT_THROW(FileSource({.name = "data", .path = folder.root() / "nothing"}), SpecError);
}

}  // namespace
}  // namespace millrace::work
