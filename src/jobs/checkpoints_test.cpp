// What lies in S3 is there when the work starts, and what the work makes of it is in S3 when it
// ends.
#include "jobs/test_world.hpp"
#include "process/folder.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

namespace millrace::jobs {
namespace {

constexpr const char* until_told = "while [ ! -e go ]; do sleep 0.02; done";
constexpr const char* until_told_once_more = "while [ ! -e on ]; do sleep 0.02; done";

Job with_checkpoints(const World& world, const std::string& name) {
  Job job = world.plan(name);
  job.plan.checkpoints.uri = "s3://bucket/kept";
  return job;
}

void tell(World& world, const Job& job, const std::string& word) {
  std::ofstream(world.work_folder(job) + "/" + word) << "";
}

void wait_for_text(World& world, const std::string& key, const std::string& text) {
  for (int look = 0; look < 1000 && world.objects.text(key) != text; ++look)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  EXPECT_EQ(world.objects.text(key), text) << key;
}

TEST(Checkpoints, AreThereAtTheStartAndFollowWhileTheWorkRuns) {
  World world("cd checkpoints; cat old/a; echo 1 > one; echo no > two.sagemaker-ignore; cd ..; " +
              std::string(until_told) +
              "; cd checkpoints; rm old/a one; echo 2 > two; echo 3 > b; cd ..; " +
              until_told_once_more +
              "; cat input/config/checkpointconfig.json; echo 4 > checkpoints/c");
  world.objects.put_text("kept/old/a", "from before\n");
  world.objects.put_text("kept/b", "same");
  world.objects.put_text("kepter", "another's");
  const Job job = with_checkpoints(world, "checkpoints");
  world.create(job);
  wait_for_text(world, "kept/one", "1\n");
  world.objects.put_text("kept/late", "by hand");
  tell(world, job, "go");
  wait_for_text(world, "kept/b", "3\n");
  wait_for_text(world, "kept/one", "");
  EXPECT_EQ(world.objects.text("kept/two"), "2\n");
  EXPECT_EQ(world.objects.text("kept/old/a"), "");
  EXPECT_EQ(world.objects.text("kept/two.sagemaker-ignore"), "");
  tell(world, job, "on");
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::completed) << done.progress.failure;
  EXPECT_EQ(world.objects.text("kept/c"), "4\n");
  EXPECT_EQ(world.objects.text("kept/late"), "by hand");
  EXPECT_EQ(world.log(job),
            "from before\n"
            "{\"S3Uri\":\"s3://bucket/kept\",\"LocalPath\":\"/opt/ml/checkpoints\"}\n");
}

void wait_for_end_of_work(const std::string& folder) {
  const auto ended = [&] {
    const auto state = process::read_state(folder);
    return state && state->phase == process::Phase::ended;
  };
  while (!ended()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

TEST(Checkpoints, FollowWhereTheServerWasAway) {
  World world("echo 1 > checkpoints/one; " + std::string(until_told) +
              "; echo 2 > checkpoints/two; exit 1");
  const Job job = with_checkpoints(world, "away");
  world.create(job);
  wait_for_text(world, "kept/one", "1\n");
  const std::string folder = world.work_folder(job);
  world.close();
  std::ofstream(folder + "/go") << "";
  wait_for_end_of_work(folder);
  world.come_back();
  EXPECT_EQ(world.until_final(job).progress.status, Status::failed);
  EXPECT_EQ(world.objects.text("kept/two"), "2\n");
}

TEST(Checkpoints, FailTheJobWhereTheyCannotGo) {
  World world("echo 1 > checkpoints/one");
  world.authority.denied_actions = {"s3:PutObject"};
  const Job job = with_checkpoints(world, "denied");
  world.create(job);
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::failed);
  EXPECT_EQ(done.progress.failure,
            "ClientError: Artifact upload failed:Unable to upload s3://bucket/kept/one "
            "(AccessDenied: Access Denied)");
}

TEST(Checkpoints, StayWhereTheRoleMayNotEraseThemAndTheLogSaysSo) {
  World world("echo 1 > checkpoints/one; echo 2 > checkpoints/two; " + std::string(until_told) +
              "; rm checkpoints/one checkpoints/two");
  world.authority.denied_actions = {"s3:DeleteObject"};
  const Job job = with_checkpoints(world, "lasting");
  world.create(job);
  wait_for_text(world, "kept/two", "2\n");
  tell(world, job, "go");
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::completed) << done.progress.failure;
  EXPECT_EQ(world.objects.text("kept/one"), "1\n");
  EXPECT_EQ(world.log(job),
            "Checkpoints that the training erases stay in S3, as the role has no permission "
            "s3:DeleteObject: s3://bucket/kept/one\n");
}

TEST(Checkpoints, AreKnownToTheNextServer) {
  World world("echo 1 > checkpoints/same; echo 2 > checkpoints/gone; " + std::string(until_told) +
              "; rm checkpoints/gone; echo 3 > checkpoints/new");
  const Job job = with_checkpoints(world, "known");
  world.create(job);
  wait_for_text(world, "kept/gone", "2\n");
  wait_for_text(world, "kept/same", "1\n");
  const std::string folder = world.work_folder(job);
  world.close();
  world.objects.put_text("kept/same", "of another since");
  std::ofstream(folder + "/go") << "";
  world.come_back();
  EXPECT_EQ(world.until_final(job).progress.status, Status::completed);
  EXPECT_EQ(world.objects.text("kept/same"), "of another since");
  EXPECT_EQ(world.objects.text("kept/gone"), "");
  EXPECT_EQ(world.objects.text("kept/new"), "3\n");
}

TEST(Checkpoints, StayInTheirFolder) {
  World world("exit 0");
  world.objects.put_text("kept/../../escaped", "text");
  const Job job = with_checkpoints(world, "escaped");
  world.create(job);
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::failed);
  EXPECT_NE(done.progress.failure.find("has no file's name"), std::string::npos)
      << done.progress.failure;
}

}  // namespace
}  // namespace millrace::jobs
