// Jobs from creation to end: what is done, in which order it is told, and that restarts change
// nothing of it.
#include "jobs/jobs.hpp"

#include "jobs/test_world.hpp"
#include "process/folder.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

namespace millrace::jobs {
namespace {

constexpr const char* until_told = "while [ ! -e go ]; do sleep 0.02; done";

std::string stages_of(const Job& job) {
  std::string text;
  for (const StageChange& change : job.progress.stages)
    text += std::string(name_of(change.stage)) + " ";
  return text;
}

bool is_training(const Job& job) { return job.progress.stage() == Stage::training; }

void tell_to_go(World& world, const Job& job) {
  std::ofstream(world.work_folder(job) + "/go") << "";
}

TEST(Jobs, RunFromRowToArtifact) {
  World world("echo weights > model/m; echo loss=0.5; echo loss=0.25");
  const Job job = world.plan("one");
  world.create(job);
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::completed) << done.progress.failure;
  EXPECT_EQ(stages_of(done), "Starting Downloading Training Uploading Completed ");
  EXPECT_EQ(done.progress.artifact_uri, "s3://bucket/out/one/output/model.tar.gz");
  EXPECT_FALSE(world.objects.text("out/one/output/model.tar.gz").empty());
  EXPECT_EQ(world.log(job), "loss=0.5\nloss=0.25\n");
  ASSERT_EQ(done.progress.metrics.size(), 1U);
  EXPECT_EQ(done.progress.metrics[0].value, 0.25);
  for (std::size_t at = 1; at < done.progress.stages.size(); ++at) {
    EXPECT_EQ(done.progress.stages[at - 1].end, done.progress.stages[at].start);
  }
}

TEST(Jobs, GiveTheWorkItsInput) {
  World world(
      "n=$(sed 's/.*\"descriptor\":\\([0-9]*\\).*/\\1/' input/config/work.json); cat /dev/fd/$n; "
      "echo; "
      "cat input/config/inputdataconfig.json; grep -o '\"offset\":7,\"length\":5' "
      "input/config/work.json");
  const Job job = world.plan("inputs");
  world.create(job);
  EXPECT_EQ(world.until_final(job).progress.status, Status::completed);
  const std::string log = world.log(job);
  EXPECT_NE(log.find("1,2,3"), std::string::npos) << log;
  EXPECT_NE(log.find("\"ContentType\":\"text/csv\""), std::string::npos) << log;
  EXPECT_NE(log.find("\"offset\":7,\"length\":5"), std::string::npos) << log;
}

TEST(Jobs, DealTheirFilesToTheHosts) {
  World world(
      "tr '{' '\\n' < input/config/work.json | grep name; grep -o 'hosts\":[^,]*' "
      "input/config/work.json");
  world.objects.put_text("data/b.csv", "2");
  world.objects.put_text("data/c.csv", "3");
  Job job = world.plan("shards");
  job.plan.instances = 2;
  job.plan.channels[0].sharded = true;
  job.plan.channels.push_back({.name = "validation", .uri = "s3://bucket/data/b"});
  world.create(job);
  EXPECT_EQ(world.until_final(job).progress.status, Status::completed);
  std::string dealt;
  for (const char c : world.log(job)) dealt += c == '\n' ? " " : std::string(1, c);
  EXPECT_NE(dealt.find("hosts\":2"), std::string::npos) << dealt;
  const std::size_t second = dealt.find("\"host\":2");
  EXPECT_LT(dealt.find("\"host\":1"), second) << dealt;
  EXPECT_LT(second, dealt.rfind("\"host\":1")) << dealt;
  EXPECT_EQ(dealt.find("\"host\"", dealt.find("validation")), std::string::npos) << dealt;
}

TEST(Jobs, StoreTheLinesOfEachHostApart) {
  World world("printf 'one\\n\\0372\\037two loss=3\\n\\0373\\037none\\n\\037odd\\n'");
  Job job = world.plan("hosts");
  job.plan.instances = 2;
  world.create(job);
  const Job done = world.until_final(job);
  EXPECT_EQ(world.log(job),
            "one\n\x1f"
            "3\x1fnone\n\x1fodd\n");
  EXPECT_EQ(world.log(job, 2), "two loss=3\n");
  ASSERT_EQ(done.progress.metrics.size(), 1U);
  EXPECT_EQ(done.progress.metrics[0].value, 3);
  EXPECT_EQ(stream_of_host("a/algo-1-17", 12), "a/algo-12-17");
}

TEST(Jobs, HaveNoMoreThreadsThanTheirTypeHasCores) {
  World world("echo loss=$OMP_NUM_THREADS; grep -o 'threads\":[0-9]*' input/config/work.json");
  const Job slot = world.plan("slot");
  Job small = world.plan("small");
  small.plan.instance_type = "ml.m8g.medium";
  for (const Job& job : {slot, small}) {
    world.create(job);
    EXPECT_EQ(world.until_final(job).progress.status, Status::completed);
  }
  EXPECT_EQ(world.log(slot), "loss=2\nthreads\":2\n");
  EXPECT_EQ(world.log(small), "loss=1\nthreads\":1\n");
}

TEST(Jobs, FailWithTheWorksReason) {
  World world("echo 'ClientError: rows are ragged' > output/failure; exit 1");
  const Job job = world.plan("bad");
  world.create(job);
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::failed);
  EXPECT_EQ(done.progress.failure, "ClientError: rows are ragged, exit code: 1");
  EXPECT_EQ(done.progress.artifact_uri, "");
}

TEST(Jobs, FailWhereTheRoleMayNotRead) {
  World world("exit 0");
  world.authority.denied_actions = {"s3:GetObject"};
  const Job job = world.plan("unread");
  world.create(job);
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::failed);
  EXPECT_TRUE(done.progress.failure.starts_with("ClientError: Data download failed:"))
      << done.progress.failure;
  EXPECT_EQ(stages_of(done), "Starting Downloading Failed ");
}

TEST(Jobs, FailWhereTheArtifactCannotGo) {
  World world("echo m > model/m");
  Job job = world.plan("unwritten");
  job.plan.output_uri = "s3://missing/out";
  world.create(job);
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::failed);
  EXPECT_NE(done.progress.failure.find("NoSuchBucket"), std::string::npos) << done.progress.failure;
}

void wait_for_end_of_work(World& world, const Job& job) {
  const std::string folder = world.work_folder(job);
  const auto ended = [&] {
    const auto state = process::read_state(folder);
    return state && state->phase == process::Phase::ended;
  };
  while (!ended()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

TEST(Jobs, WaitForADiskThatIsFull) {
  World world(std::string(until_told) + "; echo weights > model/m; echo loss=0.5");
  const Job job = world.plan("waits");
  world.create(job);
  (void)world.until(job, is_training);
  world.files.fail_at(1, base::testing::Fault::filled);
  tell_to_go(world, job);
  wait_for_end_of_work(world, job);
  EXPECT_TRUE(is_training(world.jobs->find(job.key).value()));
  world.files.mend();
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::completed) << done.progress.failure;
  EXPECT_EQ(world.log(job), "loss=0.5\n");
  EXPECT_FALSE(world.objects.text("out/waits/output/model.tar.gz").empty());
}

TEST(Jobs, EndWithTheServerThoughTheDiskIsFull) {
  World world("while :; do sleep 0.02; done");
  const Job job = world.plan("ended");
  world.create(job);
  (void)world.until(job, is_training);
  world.files.fail_at(1, base::testing::Fault::filled);
  world.jobs->shut_down(true);
  world.files.mend();
  world.restart();
  EXPECT_EQ(world.until_final(job).progress.status, Status::stopped);
}

TEST(Jobs, EndWithTheServerThoughTheirLogWaitsForTheDisk) {
  World world("while :; do echo line; sleep 0.02; done");
  const Job job = world.plan("ended");
  world.create(job);
  (void)world.until(job, is_training);
  world.files.fail_at(1, base::testing::Fault::filled);
  while (world.files.calls() < 20) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  world.jobs->shut_down(true);
  world.files.mend();
  world.restart();
  EXPECT_EQ(world.until_final(job).progress.status, Status::stopped);
}

TEST(Jobs, GoOnAfterARestartThatMadeRoom) {
  World world(std::string(until_told) + "; echo weights > model/m; echo loss=0.5");
  const Job job = world.plan("restarted");
  world.create(job);
  (void)world.until(job, is_training);
  world.files.fail_at(1, base::testing::Fault::filled);
  tell_to_go(world, job);
  wait_for_end_of_work(world, job);
  world.leave();
  world.files.mend();
  world.restart();
  EXPECT_EQ(world.until_final(job).progress.status, Status::completed);
  EXPECT_EQ(world.log(job), "loss=0.5\n");
}

class ClockSet : public testing::TestWithParam<int> {};

TEST_P(ClockSet, LeavesAJobWhole) {
  World world(std::string(until_told) + "; echo weights > model/m; echo loss=0.5");
  Job job = world.plan("jumps");
  job.plan.runtime_limit_s = 3600;
  world.create(job);
  (void)world.until(job, is_training);
  world.clock.set_wrong_by(std::chrono::hours(GetParam()));
  tell_to_go(world, job);
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::completed) << done.progress.failure;
  EXPECT_EQ(stages_of(done), "Starting Downloading Training Uploading Completed ");
  EXPECT_EQ(world.log(job), "loss=0.5\n");
  for (const StageChange& change : done.progress.stages) EXPECT_LE(change.start, change.end);
  world.restart();
  const Job next = world.plan("next");
  world.create(next);
  (void)world.until(next, is_training);
  tell_to_go(world, next);
  EXPECT_EQ(world.until_final(next).progress.status, Status::completed);
}

INSTANTIATE_TEST_SUITE_P(Jobs, ClockSet, testing::Values(-48, -1, 1, 48));

TEST(Jobs, StopWithTheModelSoFar) {
  World world("trap 'echo best > model/m; exit 0' TERM; echo up; while :; do sleep 0.02; done");
  const Job job = world.plan("stopped");
  world.create(job);
  (void)world.until(job, is_training);
  (void)world.until(job, [](const Job& now) { return now.progress.log_offset > 0; });
  world.jobs->stop(job.key);
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::stopped);
  EXPECT_EQ(stages_of(done), "Starting Downloading Training Stopping Uploading Stopped ");
  EXPECT_FALSE(done.progress.artifact_uri.empty());
}

TEST(Jobs, StartWhileTheArtifactOfTheLastIsOnItsWay) {
  World world("echo m > model/m", 1);
  const Job first = world.plan("first");
  const Job second = world.plan("second");
  bool has_begun = false;
  world.objects.on_put = [&](const std::string& key) {
    if (!key.starts_with("out/first/")) return;
    const Job begun =
        world.until(second, [](const Job& job) { return job.progress.started.has_value(); });
    has_begun = begun.progress.started.has_value();
  };
  world.create(first);
  world.create(second);
  EXPECT_EQ(world.until_final(first).progress.status, Status::completed);
  EXPECT_EQ(world.until_final(second).progress.status, Status::completed);
  EXPECT_TRUE(has_begun);
}

TEST(Jobs, StopBeforeTheirTurn) {
  World world(until_told, 1);
  const Job first = world.plan("first");
  const Job second = world.plan("second");
  world.create(first);
  (void)world.until(first, is_training);
  world.create(second);
  world.jobs->stop(second.key);
  const Job done = world.until_final(second);
  EXPECT_EQ(stages_of(done), "Starting Stopping Stopped ");
  EXPECT_FALSE(done.progress.started);
  tell_to_go(world, first);
  EXPECT_EQ(world.until_final(first).progress.status, Status::completed);
}

TEST(Jobs, EndAtTheirRuntimeLimit) {
  World world("trap 'exit 0' TERM; while :; do sleep 0.02; done");
  Job job = world.plan("long");
  job.plan.runtime_limit_s = 1;
  world.create(job);
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::stopped);
  EXPECT_EQ(stages_of(done), "Starting Downloading Training Stopping MaxRuntimeExceeded ");
}

TEST(Jobs, OutliveTheServer) {
  World world(std::string("echo before; ") + until_told + "; echo after; echo m > model/m");
  const Job job = world.plan("adopted");
  world.create(job);
  (void)world.until(job, [](const Job& now) { return now.progress.log_offset > 0; });
  world.restart();
  EXPECT_EQ(world.jobs->running(), 1U);
  tell_to_go(world, job);
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::completed);
  EXPECT_EQ(world.log(job), "before\nafter\n");
  EXPECT_EQ(stages_of(done), "Starting Downloading Training Uploading Completed ");
}

TEST(Jobs, AreFinishedThoughTheyEndedUnseen) {
  World world(std::string(until_told) + "; echo late; echo m > model/m");
  const Job job = world.plan("unseen");
  world.create(job);
  (void)world.until(job, is_training);
  const std::string folder = world.work_folder(job);
  world.leave();
  std::ofstream(folder + "/go") << "";
  while (!process::Descriptor(::open((folder + "/output/model.tar.gz").c_str(), O_RDONLY)))
    std::this_thread::yield();
  world.restart();
  EXPECT_EQ(world.until_final(job).progress.status, Status::completed);
  EXPECT_EQ(world.log(job), "late\n");
}

TEST(Jobs, FailWhenTheirWorkIsLost) {
  World world("echo $PPID; exec sleep 30");
  const Job job = world.plan("lost");
  world.create(job);
  (void)world.until(job, [](const Job& now) { return now.progress.log_offset > 0; });
  ::kill(static_cast<pid_t>(std::stol(world.log(job))), SIGKILL);
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::failed);
  EXPECT_TRUE(done.progress.failure.starts_with("InternalServerError")) << done.progress.failure;
}

TEST(Jobs, WaitThroughARestart) {
  World world(until_told, 1);
  const Job first = world.plan("running");
  const Job second = world.plan("waiting");
  world.create(first);
  (void)world.until(first, is_training);
  world.create(second);
  world.restart();
  tell_to_go(world, first);
  EXPECT_EQ(world.until_final(first).progress.status, Status::completed);
  (void)world.until(second, is_training);
  tell_to_go(world, second);
  EXPECT_EQ(world.until_final(second).progress.status, Status::completed);
}

TEST(Jobs, EndWithTheServerWhereAsked) {
  World world("trap '' TERM; while :; do sleep 0.02; done");
  const Job job = world.plan("ended");
  world.create(job);
  (void)world.until(job, is_training);
  world.jobs->shut_down(true);
  EXPECT_EQ(world.jobs->find(job.key)->progress.status, Status::stopped);
}

TEST(Jobs, AreStoppedWhileTheyPrintWithoutEnd) {
  // Each line is one write, so that the last one is whole.
  World world("i=0; while :; do i=$((i + 1)); echo loss=$i; done");
  const Job job = world.plan("chatty");
  world.create(job);
  (void)world.until(job, [](const Job& now) { return now.progress.log_offset > 1'000'000; });
  world.jobs->stop(job.key);
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::stopped);
  ASSERT_EQ(done.progress.metrics.size(), 1U);
  EXPECT_GT(done.progress.metrics[0].value, 30'000);  // a line is shorter than 33 bytes
}

TEST(Jobs, StartTheirLogAgainWhenTheyRunAgain) {
  World world("echo $PPID; " + std::string(until_told));
  const Job job = world.plan("again");
  world.create(job);
  (void)world.until(job, [](const Job& now) { return now.progress.log_offset > 0; });
  const auto supervisor = static_cast<pid_t>(std::stol(world.log(job)));
  const std::string folder = world.work_folder(job);
  world.leave();
  ::kill(supervisor, SIGKILL);
  // A power cut may lose what was never synced.
  while (process::try_lock(folder).get() < 0) std::this_thread::yield();
  std::filesystem::remove(folder + "/state");
  world.restart();
  const Job begun = world.until(job, [](const Job& now) {
    return now.progress.stages.size() > 3 && now.progress.log_offset > 0;
  });
  EXPECT_EQ(stages_of(begun), "Starting Downloading Training Downloading Training ");
  EXPECT_FALSE(world.log(job).ends_with(std::to_string(supervisor) + "\n"));
  tell_to_go(world, job);
  EXPECT_EQ(world.until_final(job).progress.status, Status::completed);
}

TEST(Jobs, LeaveNothingBehind) {
  World world("echo m > model/m");
  const Job job = world.plan("clean");
  world.create(job);
  const std::string folder = world.folder.path() / "jobs";
  (void)world.until_final(job);
  world.jobs->shut_down(false);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
  EXPECT_EQ(world.records->list_every("jobs/in-flight").size(), 0U);
}

TEST(Inputs, FindOnlyWhatTheRoleMayListInTheRegion) {
  World world("exit 0");
  const policy::Principal role = world.authority.session_of("r", "s").value();
  Channel channel{.name = "train", .uri = "s3://bucket/data/"};
  EXPECT_TRUE(world.jobs->inputs().finds_any(role, channel, "us-east-1"));
  EXPECT_FALSE(world.jobs->inputs().finds_any(role, channel, "eu-west-1"));
  channel.uri = "s3://bucket/nothing";
  EXPECT_FALSE(world.jobs->inputs().finds_any(role, channel, "us-east-1"));
  channel.uri = "s3://missing/data";
  EXPECT_FALSE(world.jobs->inputs().finds_any(role, channel, "us-east-1"));
  channel.uri = "s3://bucket/data/";
  world.authority.denied_actions = {"s3:ListBucket"};
  EXPECT_FALSE(world.jobs->inputs().finds_any(role, channel, "us-east-1"));
}

TEST(Inputs, FollowManifests) {
  World world("exit 0");
  world.objects.put_text("list.json", R"([{"prefix": "s3://bucket/data/"}, "train.csv"])");
  world.objects.put_text("bad.json", R"(["train.csv"])");
  const policy::Principal role = world.authority.session_of("r", "s").value();
  std::vector<Channel> channels{
      {.name = "train", .uri = "s3://bucket/list.json", .manifest = true}};
  const auto open = world.jobs->inputs().open(role, channels);
  ASSERT_EQ(open[0].files.size(), 1U);
  EXPECT_EQ(open[0].files[0].name, "train.csv");
  channels[0].uri = "s3://bucket/bad.json";
  EXPECT_THROW((void)world.jobs->inputs().open(role, channels), InputRefused);
}

// As many as the bound is may be open at once only where the system lets them.
TEST(Inputs, HaveBoundsOnFilesAndManifests) {
  World world("exit 0");
  const std::string manifest = R"([{"prefix": "s3://bucket/data/"}, "train.csv"])";
  world.objects.put_text("list.json", manifest);
  for (const char* name : {"many/a", "many/b", "many/c"}) world.objects.put_text(name, "1");
  const policy::Principal role = world.authority.session_of("r", "s").value();
  const auto opened = [&](const char* uri, bool is_manifest, InputLimits limits) {
    const std::vector<Channel> channels{{.name = "train", .uri = uri, .manifest = is_manifest}};
    return Inputs(world.objects, world.authority, limits).open(role, channels)[0].files.size();
  };
  const char* many = "s3://bucket/many/";
  const char* list = "s3://bucket/list.json";
  EXPECT_EQ(opened(many, false, {.files = 3}), 3U);
  EXPECT_THROW(opened(many, false, {.files = 2}), InputRefused);
  EXPECT_EQ(opened(list, true, {.manifest_bytes = manifest.size()}), 1U);
  EXPECT_THROW(opened(list, true, {.manifest_bytes = manifest.size() - 1}), InputRefused);
  EXPECT_EQ(InputLimits{}.files, input_files_limit);
  EXPECT_EQ(InputLimits{}.manifest_bytes, manifest_limit);
}

}  // namespace
}  // namespace millrace::jobs
