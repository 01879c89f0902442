// Jobs whose rows lie on a disk of which any call fails, or which loses its power: every job that
// was acknowledged comes to its end, and none is left half.
#include "base/testing/survival.hpp"

#include "base/files.hpp"
#include "jobs/test_world.hpp"
#include "process/folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

namespace millrace::jobs {
namespace {

using base::testing::Fault;
using base::testing::FaultyFiles;

constexpr const char* script = "echo weights > model/m; echo loss=0.5";
constexpr int patience_ms = 20'000;

// Not known to be, where the look is the call that fails.
bool is_done(World& world, const Job& job) {
  try {
    const auto now = world.jobs->find(job.key);
    return now && is_final(now->progress.status);
  } catch (const store::StoreError&) {
    return false;
  }
}

// Until the job has ended, or the store or its disk has stopped for good.
void run_to_end(World& world, const Job& job, const FaultyFiles& files) {
  for (int ms = 0; ms < patience_ms; ms += 2) {
    if (world.database->failed() || files.is_gone() || is_done(world, job)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  ADD_FAILURE() << "the job neither ended nor could it be known";
}

// It goes after the row has said that the job ended.
void wait_for_removal(const std::filesystem::path& folder) {
  for (int ms = 0; ms < patience_ms && std::filesystem::exists(folder); ms += 2)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_FALSE(std::filesystem::exists(folder));
}

const std::vector<Stage> all_stages = {Stage::starting, Stage::downloading, Stage::training,
                                       Stage::uploading, Stage::completed};

std::vector<Stage> stages_of(const Job& job) {
  std::vector<Stage> stages;
  for (const StageChange& change : job.progress.stages) stages.push_back(change.stage);
  return stages;
}

void expect_whole(World& world, const Job& job) {
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::completed) << done.progress.failure;
  EXPECT_EQ(world.log(job), "loss=0.5\n");
  EXPECT_EQ(done.progress.metrics.size(), 1U);
  EXPECT_EQ(stages_of(done), all_stages);
  EXPECT_TRUE(done.progress.started);
  wait_for_removal(world.folder.path() / "jobs" / done.progress.work_id);
}

// What runs ends with the power, and its supervisor does not come to say so: the state stays as it
// was.
void end_work(process::Supervision& supervision, const std::filesystem::path& folder) {
  base::SystemFiles files;
  const std::string state = folder / "state";
  const bool is_there = files.exists(state);
  const std::string text = is_there ? base::read_file(files, state) : "";
  if (supervision.adopt(folder, [](process::News) {}) != process::Found::running) return;
  supervision.stop(folder, true);
  while (!process::try_lock(folder)) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  is_there ? base::replace_file(files, state, text) : files.remove(state);
}

// Of the folder of work nothing, all, or all but its state is there after a loss of power.
void damage(const std::filesystem::path& folder, base::Random& random) {
  const std::uint64_t chance = base::random_number(random) % 3;
  if (chance == 0) std::filesystem::remove_all(folder);
  if (chance == 1) std::filesystem::remove(folder / "state");
}

// One job in each process.
class JobAfterJob final : public base::testing::Workload {
 public:
  void prepare(FaultyFiles& files, base::Random&) override {
    world_ = std::make_unique<World>(script, 1, &files);
  }

  void run(FaultyFiles& files, base::Random&) override {
    try {
      if (!world_->jobs) world_->come_back();
    } catch (const store::StoreError&) {
      return;
    }
    const Job job = world_->plan("job-" + std::to_string(tried_.size()));
    tried_.push_back({.job = job, .acknowledged = create(job)});
    if (tried_.back().acknowledged) run_to_end(*world_, job, files);
  }

  void end() override { world_->close(); }

  void lose_power(base::Random& random) override {
    was_dark_ = true;
    world_->close();
    const auto folders = world_->folder.path() / "jobs";
    if (!std::filesystem::exists(folders)) return;
    process::Supervision supervision("/proc/self/exe");
    for (const auto& entry : std::filesystem::directory_iterator(folders)) {
      end_work(supervision, entry.path());
      damage(entry.path(), random);
    }
  }

  void expect_sound(FaultyFiles&, base::Random&) override {
    world_->come_back();
    for (const Tried& tried : tried_) {
      if (tried.acknowledged || world_->jobs->find(tried.job.key)) expect_end(tried.job);
    }
    const Job one_more = world_->plan("one-more");
    world_->create(one_more);
    expect_whole(*world_, one_more);
  }

 private:
  struct Tried {
    Job job;
    bool acknowledged = false;
  };

  bool create(const Job& job) {
    try {
      world_->create(job);
      return true;
    } catch (const store::StoreError&) {
      return false;
    }
  }

  // What ran when the power went may be lost, or run again.
  void expect_end(const Job& job) {
    if (!was_dark_) return expect_whole(*world_, job);
    const Job done = world_->until_final(job);
    const bool is_lost = done.progress.status == Status::failed &&
                         done.progress.failure.starts_with("InternalServerError");
    EXPECT_TRUE(is_lost || done.progress.status == Status::completed) << done.progress.failure;
  }

  std::unique_ptr<World> world_;
  std::vector<Tried> tried_;
  bool was_dark_ = false;
};

class EveryCall : public testing::TestWithParam<Fault> {};

TEST_P(EveryCall, MayFail) { base::testing::survive_each_failing_call<JobAfterJob>(GetParam()); }

INSTANTIATE_TEST_SUITE_P(JobsSurvival, EveryCall,
                         testing::Values(Fault::once, Fault::for_good, Fault::full));

TEST(JobsSurvival, LossesOfPower) { base::testing::survive_losses_of_power<JobAfterJob>(40, 1); }

}  // namespace
}  // namespace millrace::jobs
