// Supervised work, with shell scripts for work: how it ends, how it is stopped, and that it
// outlives who started it.
#include "process/supervision.hpp"

#include "process/archive.hpp"
#include "process/folder.hpp"
#include "process/log_file.hpp"
#include "process/log_pace.hpp"
#include "process/supervise.hpp"
#include "process/test_folder.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <functional>

namespace millrace::process {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

// Collects news and waits for what they bring.
class Ear {
 public:
  Supervision::Listener listener() {
    return [this](News news) {
      const std::scoped_lock guard(mutex_);
      gone_ = gone_ || news == News::gone;
      heard_.notify_all();
    };
  }
  [[nodiscard]] bool until(const std::function<bool()>& holds) {
    std::unique_lock guard(mutex_);
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!holds()) {
      if (heard_.wait_until(guard, deadline) == std::cv_status::timeout) return false;
    }
    return true;
  }
  [[nodiscard]] bool until_gone() {
    return until([this] { return gone_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable heard_;
  bool gone_ = false;
};

Spec script(const std::string& text) {
  return {.program = "/bin/sh",
          .arguments = {"-c", text},
          .environment = {{"PATH", "/usr/bin:/bin"}},
          .limits = {.stop_grace = 10s},
          .pack = true};
}

std::vector<std::string> log_texts(const fs::path& folder) {
  std::vector<std::string> out;
  for (const LogLine& line : read_log(folder, 0, 1 << 20).lines) out.push_back(line.text);
  return out;
}

bool log_has(const fs::path& folder, const std::string& text) {
  for (const std::string& line : log_texts(folder)) {
    if (line == text) return true;
  }
  return false;
}

class SupervisionTest : public testing::Test {
 protected:
  State run(const Spec& spec) {
    supervision_.start(folder_.path(), spec, ear_.listener());
    EXPECT_TRUE(ear_.until_gone());
    return read_state(folder_.path()).value_or(State{});
  }
  bool until_log(const std::string& text) {
    return ear_.until([&] { return log_has(folder_.path(), text); });
  }
  // The kernel closes what an ending process had open one by one: it may still seem to listen for a
  // moment after the news that it is gone.
  Found adopt_after_gone() {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    Found found = Found::running;
    while (found == Found::running && std::chrono::steady_clock::now() < deadline) {
      found = supervision_.adopt(folder_.path(), ear_.listener());
    }
    return found;
  }

  TestFolder folder_;
  Ear ear_;
  Supervision supervision_{"/proc/self/exe"};  // after the ear: its thread tells until it is gone
};

TEST_F(SupervisionTest, RunsToItsEndAndPacksTheModel) {
  const State state = run(script("mkdir model; echo weights > model/m; echo one; echo two >&2"));
  EXPECT_EQ(state.phase, Phase::ended);
  EXPECT_EQ(state.exit_code, 0);
  EXPECT_EQ(state.error, "");
  EXPECT_TRUE(state.started && state.work_ended && state.ended);
  EXPECT_EQ(log_texts(folder_.path()), (std::vector<std::string>{"one", "two"}));
  unpack_archive(folder_.path() / "output/model.tar.gz", folder_.path() / "unpacked");
  EXPECT_TRUE(fs::exists(folder_.path() / "unpacked/m"));
  EXPECT_FALSE(state.output_bytes);
}

TEST_F(SupervisionTest, TellsWhyItFailed) {
  const State state = run(
      script("mkdir model output; echo x > model/m; printf 'bad rows' > output/failure; exit 3"));
  EXPECT_EQ(state.exit_code, 3);
  EXPECT_EQ(state.failure, "bad rows");
  EXPECT_FALSE(state.model_bytes);
}

TEST_F(SupervisionTest, KeepsAWholeReasonUpToItsBound) {
  const std::string text = "printf 'r%.0s' $(seq " + std::to_string(failure_limit) + ")";
  const State state = run(script("mkdir output; " + text + " > output/failure; exit 3"));
  EXPECT_EQ(state.failure, std::string(failure_limit, 'r'));
}

TEST_F(SupervisionTest, MakesTextOfAReasonThatIsNone) {
  const State state =
      run(script(R"(mkdir output; printf 'row \377\376 is bad' > output/failure; exit 3)"));
  EXPECT_EQ(state.failure, "row ?? is bad");
}

TEST_F(SupervisionTest, KeepsNoMoreOfALongReasonThanItsBound) {
  const std::string text = "printf 'r%.0s' $(seq " + std::to_string(failure_limit + 1) + ")";
  const State state = run(script("mkdir output; " + text + " > output/failure; exit 3"));
  EXPECT_EQ(state.failure, std::string(failure_limit, 'r'));
}

TEST_F(SupervisionTest, SaysThatTheProgramIsMissing) {
  const State state = run({.program = "/nowhere/program"});
  EXPECT_EQ(state.phase, Phase::ended);
  EXPECT_NE(state.error.find("/nowhere/program"), std::string::npos);
  EXPECT_FALSE(state.exit_code);
}

TEST_F(SupervisionTest, EndsWhatRunsTooLong) {
  Spec spec =
      script("trap 'mkdir model; echo best > model/m; exit 0' TERM; while :; do sleep 0.05; done");
  spec.limits.runtime = 300ms;
  const State state = run(spec);
  EXPECT_EQ(state.stop_reason, StopReason::runtime);
  EXPECT_EQ(state.exit_code, 0);
  EXPECT_TRUE(state.model_bytes);
}

TEST_F(SupervisionTest, StopsWithGrace) {
  supervision_.start(
      folder_.path(),
      script("trap 'echo caught; exit 0' TERM; echo ready; while :; do sleep 0.05; done"),
      ear_.listener());
  ASSERT_TRUE(until_log("ready"));
  supervision_.stop(folder_.path());
  ASSERT_TRUE(ear_.until_gone());
  const State state = *read_state(folder_.path());
  EXPECT_EQ(state.stop_reason, StopReason::asked);
  EXPECT_EQ(state.exit_code, 0);
  EXPECT_TRUE(log_has(folder_.path(), "caught"));
}

TEST_F(SupervisionTest, KillsWhatIgnoresTheGrace) {
  Spec spec = script("trap '' TERM; echo ready; while :; do sleep 0.05; done");
  spec.limits.stop_grace = 200ms;
  supervision_.start(folder_.path(), spec, ear_.listener());
  ASSERT_TRUE(until_log("ready"));
  supervision_.stop(folder_.path());
  ASSERT_TRUE(ear_.until_gone());
  EXPECT_EQ(read_state(folder_.path())->signal, SIGKILL);
}

TEST_F(SupervisionTest, StopsAtOnceWhenAsked) {
  supervision_.start(folder_.path(),
                     script("trap '' TERM; echo ready; while :; do sleep 0.05; done"),
                     ear_.listener());
  ASSERT_TRUE(until_log("ready"));
  supervision_.stop(folder_.path(), true);
  ASSERT_TRUE(ear_.until_gone());
  EXPECT_EQ(read_state(folder_.path())->signal, SIGKILL);
}

TEST_F(SupervisionTest, SeesThatWorkWasKilled) {
  const State state = run(script("kill -9 $$"));
  EXPECT_EQ(state.signal, SIGKILL);
  EXPECT_EQ(state.stop_reason, StopReason::none);
}

TEST_F(SupervisionTest, HidesTheServersEnvironmentAndDescriptors) {
  const Descriptor secret(::open("/dev/null", O_RDONLY));
  Spec spec = script("env; ls -l /proc/self/fd | grep -c socket");
  ::setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-server", 1);
  const State state = run(spec);
  ::unsetenv("AWS_SECRET_ACCESS_KEY");
  EXPECT_TRUE(state.exit_code);
  for (const std::string& line : log_texts(folder_.path()))
    EXPECT_EQ(line.find("secret"), std::string::npos) << line;
  EXPECT_TRUE(log_has(folder_.path(), "0"));
}

TEST_F(SupervisionTest, HandsDescriptorsDown) {
  std::ofstream(folder_.path() / "blob") << "the bytes";
  const Descriptor blob(::open((folder_.path() / "blob").c_str(), O_RDONLY | O_CLOEXEC));
  Spec spec = script("cat /dev/fd/" + std::to_string(blob.get()));
  spec.descriptors = {blob.get()};
  run(spec);
  EXPECT_EQ(log_texts(folder_.path()), std::vector<std::string>{"the bytes"});
}

TEST_F(SupervisionTest, LetsWorkThatPrintsTooFastWait) {
  Spec spec = script("seq 1 250");
  spec.limits.log_lines_per_second = 100;
  spec.limits.log_bytes_per_second = 300;
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(run(spec).exit_code, 0);
  const std::vector<std::string> texts = log_texts(folder_.path());
  EXPECT_EQ(texts.size(), 251U);
  EXPECT_TRUE(log_has(folder_.path(), "250"));
  EXPECT_TRUE(log_has(folder_.path(),
                      "[the log takes 100 lines and 300 bytes a second: what prints more waits]"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
}

TEST_F(SupervisionTest, EndsWhatPrintsWithoutEnd) {
  Spec spec = script("exec yes");
  spec.limits.runtime = 100ms;
  const State state = run(spec);
  EXPECT_EQ(state.stop_reason, StopReason::runtime);
  EXPECT_EQ(state.signal, SIGTERM);
}

TEST_F(SupervisionTest, HoldsItsLockWhileItLives) {
  supervision_.start(folder_.path(), script("echo ready; exec sleep 20"), ear_.listener());
  ASSERT_TRUE(until_log("ready"));
  EXPECT_FALSE(try_lock(folder_.path()));
  supervision_.stop(folder_.path(), true);
  ASSERT_TRUE(ear_.until_gone());
  EXPECT_EQ(adopt_after_gone(), Found::ended);
}

TEST_F(SupervisionTest, IsAdoptedByTheNextServer) {
  {
    Supervision first("/proc/self/exe");
    first.start(folder_.path(),
                script("echo ready; while [ ! -e go ]; do sleep 0.02; done; echo done"),
                ear_.listener());
    ASSERT_TRUE(until_log("ready"));
  }
  ASSERT_EQ(supervision_.adopt(folder_.path(), ear_.listener()), Found::running);
  std::ofstream(folder_.path() / "go") << "";
  ASSERT_TRUE(ear_.until_gone());
  EXPECT_EQ(read_state(folder_.path())->exit_code, 0);
  EXPECT_TRUE(log_has(folder_.path(), "done"));
}

TEST_F(SupervisionTest, KnowsWhatWasLost) {
  EXPECT_EQ(supervision_.adopt(folder_.path(), ear_.listener()), Found::nothing);
  supervision_.start(folder_.path(), script("echo $PPID; exec sleep 20"), ear_.listener());
  ASSERT_TRUE(
      ear_.until([&] { return read_state(folder_.path()) && !log_texts(folder_.path()).empty(); }));
  const pid_t supervisor = static_cast<pid_t>(std::stol(log_texts(folder_.path()).front()));
  ::kill(supervisor, SIGKILL);
  ASSERT_TRUE(ear_.until_gone());
  EXPECT_EQ(adopt_after_gone(), Found::lost);
}

TEST(LogFile, CutsLongLinesAndStopsAtItsLimit) {
  const TestFolder folder;
  LogWriter log(folder.path(), 100'000);
  log.take(std::string(log_line_limit + 10, 'a') + "\nshort\r\nlast", base::Timestamp(5ms));
  log.end(base::Timestamp(6ms));
  log.take(std::string(60'000, 'b') + "\n" + std::string(60'000, 'c') + "\n", base::Timestamp(7ms));
  const LogPart part = read_log(folder.path(), 0, 1 << 20);
  ASSERT_GE(part.lines.size(), 5U);
  EXPECT_EQ(part.lines[0].text.size(), log_line_limit);
  EXPECT_EQ(part.lines[1].text, std::string(10, 'a'));
  EXPECT_EQ(part.lines[2].text, "short");
  EXPECT_EQ(part.lines[3].text, "last");
  EXPECT_EQ(part.lines[3].time, base::Timestamp(6ms));
  EXPECT_NE(part.lines.back().text.find("full"), std::string::npos);
  EXPECT_TRUE(read_log(folder.path(), part.next, 1 << 20).lines.empty());
}

TEST(LogPace, RestsOnceASecondsShareIsRead) {
  LogPace pace(2, 100);
  pace.took("one\n", 10s);
  EXPECT_EQ(pace.rests_until(), std::nullopt);
  pace.took("two\n", 10500ms);
  EXPECT_EQ(pace.rests_until(), 11s);
  pace.took("three\n", 11s);
  EXPECT_EQ(pace.rests_until(), std::nullopt);
  pace.took(std::string(100, 'x'), 11100ms);
  EXPECT_EQ(pace.rests_until(), 12s);
}

}  // namespace
}  // namespace millrace::process

// The test is its own supervisor: that is how Supervision starts one.
int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "supervise") {
    return millrace::process::supervise(argv[3], millrace::base::SystemClock());
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
