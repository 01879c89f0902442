// Hosts as processes of this test: whose data, whose lines, whose end.
#include "work/hosts.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace millrace::work {
namespace {

Channel channel(const std::string& name, std::vector<File> files) {
  return {.name = name, .content_type = {}, .files = std::move(files), .attributes = {}};
}

File file(const std::string& name, std::uint64_t length, int host) {
  return {.name = name, .descriptor = 7, .path = {}, .length = length, .host = host};
}

TEST(Hosts, TakePartWhereTheyHaveSomeOfEachChannel) {
  Spec spec{.hosts = 4};
  spec.channels = {channel("train", {file("a", 9, 1), file("b", 9, 2), file("c", 0, 3)}),
                   channel("validation", {file("d", 9, 0)})};
  EXPECT_EQ(hosts_with_data(spec), (std::vector<int>{1, 2}));
  spec.channels[1].files = {file("d", 9, 2), file("e", 9, 3)};
  EXPECT_EQ(hosts_with_data(spec), std::vector<int>{2});
  spec.channels[1].files = {};
  EXPECT_EQ(hosts_with_data(spec), std::vector<int>{1});
}

TEST(Hosts, FindTheirFilesAndTheirShareOfTheThreads) {
  Spec spec{.threads = 5, .hosts = 2};
  spec.channels = {channel("train", {file("a", 9, 1), file("b", 9, 2), file("c", 9, 0)})};
  const Spec own = spec_of(spec, 2, 2);
  EXPECT_EQ(own.threads, 2);
  ASSERT_EQ(own.channels[0].files.size(), 2U);
  EXPECT_EQ(own.channels[0].files[0].name, "b");
  EXPECT_EQ(own.channels[0].files[1].name, "c");
  EXPECT_EQ(spec_of(spec, 1, 8).threads, 1);
}

TEST(Hosts, MarkTheLinesOfAllButTheFirst) {
  EXPECT_EQ(line_of(1, "text"), "text");
  EXPECT_EQ(line_of(12, "text"),
            "\x1f"
            "12\x1ftext");
}

class RunHosts : public testing::Test {
 protected:
  RunHosts()
      : folder_(std::filesystem::path(testing::TempDir()) /
                ("hosts-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(folder_);
  }
  ~RunHosts() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string reason() const {
    std::ifstream in(folder_ / "failure");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  int run(const std::vector<int>& hosts, const Act& act) const {
    return run_hosts(hosts, folder_ / "failure", act);
  }

  std::filesystem::path folder_;
};

TEST_F(RunHosts, PrintsWhatEachPrints) {
  testing::internal::CaptureStdout();
  const int code = run({1, 3}, [](int host, const learn::Hosts& place) {
    std::printf("host %d, rank %d of %d, hears %s\npartial", host, place.rank, place.count,
                place.hear_leader(place.rank == 0 ? "the port" : "").c_str());
    return 0;
  });
  std::fflush(stdout);
  const std::string printed = testing::internal::GetCapturedStdout();
  EXPECT_EQ(code, 0);
  EXPECT_NE(printed.find("host 1, rank 0 of 2, hears the port\n"), std::string::npos);
  EXPECT_NE(printed.find("\x1f"
                         "3\x1fhost 3, rank 1 of 2, hears the port\n"),
            std::string::npos);
  EXPECT_NE(printed.find("\x1f"
                         "3\x1fpartial\n"),
            std::string::npos);
}

TEST_F(RunHosts, CutsLongLines) {
  const std::string half(32 * 1024, 'x');
  testing::internal::CaptureStdout();
  const int code = run({1, 2}, [&](int host, const learn::Hosts&) {
    if (host == 2) std::printf("%s%sy\n", half.c_str(), half.c_str());
    return 0;
  });
  std::fflush(stdout);
  const std::string printed = testing::internal::GetCapturedStdout();
  EXPECT_EQ(code, 0);
  for (const std::string& line : {half, std::string("y")})
    EXPECT_NE(printed.find("\x1f"
                           "2\x1f" +
                           line + "\n"),
              std::string::npos);
}

TEST_F(RunHosts, EndsAllWhenOneFails) {
  const int code = run({1, 2, 3}, [](int host, const learn::Hosts&) {
    if (host == 2) return 5;
    for (;;) ::pause();
  });
  EXPECT_EQ(code, 5);
  EXPECT_EQ(reason(), "");
}

TEST_F(RunHosts, KeepsTheFirstReason) {
  const int code = run({1, 2, 3}, [&](int host, const learn::Hosts&) {
    leave_reason(folder_ / "failure", "reason " + std::to_string(host));
    return 4;
  });
  EXPECT_EQ(code, 4);
  EXPECT_TRUE(reason().starts_with("reason ")) << reason();
  leave_reason(folder_ / "failure", "late");
  EXPECT_TRUE(reason().starts_with("reason ")) << reason();
}

TEST_F(RunHosts, SaysWhichWasKilled) {
  const int code = run({1, 2}, [](int host, const learn::Hosts&) {
    if (host == 2) ::raise(SIGKILL);
    for (;;) ::pause();
    return 0;
  });
  EXPECT_EQ(code, 128 + SIGKILL);
  EXPECT_EQ(reason(), "AlgorithmError: algo-2 was ended by signal 9 (Killed)");
}

}  // namespace
}  // namespace millrace::work
