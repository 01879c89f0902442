// Jobs whose rows lie on a disk of which any call fails, or which loses its power: every job that
// was acknowledged comes to its end, and none is left half.
#include "base/files.hpp"
#include "base/testing/memory_files.hpp"
#include "jobs/test_world.hpp"
#include "process/folder.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>

namespace millrace::jobs {
namespace {

using base::testing::Fault;
using base::testing::MemoryFiles;

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

// Until the job has ended, or the store has stopped for good.
void run_to_end(World& world, const Job& job) {
  for (int ms = 0; ms < patience_ms; ms += 2) {
    if (world.database->failed() || is_done(world, job)) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  ADD_FAILURE() << "the job neither ended nor could it be known";
}

// Whether it was acknowledged.
bool create(World& world, const Job& job) {
  try {
    world.create(job);
    return true;
  } catch (const store::StoreError&) {
    return false;
  }
}

// The next server on the same data, with a disk that works.
void start_again(World& world) {
  world.files.mend();
  world.restart();
}

// It goes after the row has said that the job ended.
void wait_for_removal(const std::filesystem::path& folder) {
  for (int ms = 0; ms < patience_ms && std::filesystem::exists(folder); ms += 2)
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_FALSE(std::filesystem::exists(folder));
}

void expect_whole(World& world, const Job& job) {
  const Job done = world.until_final(job);
  EXPECT_EQ(done.progress.status, Status::completed) << done.progress.failure;
  EXPECT_EQ(world.log(job), "loss=0.5\n");
  EXPECT_EQ(done.progress.metrics.size(), 1U);
  wait_for_removal(world.folder.path() / "jobs" / done.progress.work_id);
}

std::uint64_t calls_of_a_job() {
  MemoryFiles memory;
  World world(script, 1, &memory);
  world.files.fail_at(0, Fault::once);
  const Job job = world.plan("counted");
  world.create(job);
  (void)world.until_final(job);
  return world.files.calls();
}

void run_with_fault(std::uint64_t n, Fault fault) {
  MemoryFiles memory;
  World world(script, 1, &memory);
  const Job job = world.plan("struck");
  world.files.fail_at(n, fault);
  const bool acknowledged = create(world, job);
  if (fault == Fault::filled) world.files.mend();
  if (acknowledged) run_to_end(world, job);
  start_again(world);
  if (acknowledged || world.jobs->find(job.key)) expect_whole(world, job);
}

class EveryCall : public testing::TestWithParam<Fault> {};

TEST_P(EveryCall, MayFail) {
  const std::uint64_t calls = calls_of_a_job();
  ASSERT_GT(calls, 30U);
  for (std::uint64_t n = 1; n <= calls; ++n) {
    SCOPED_TRACE("call " + std::to_string(n));
    run_with_fault(n, GetParam());
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(JobsSurvival, EveryCall, testing::Values(Fault::once, Fault::full));

// MILLRACE_SEED repeats the choices of a run.
std::uint64_t first_seed() {
  const char* const given = std::getenv("MILLRACE_SEED");
  base::SystemRandom chance;
  const std::uint64_t seed =
      given != nullptr ? std::stoull(given) : base::random_number(chance) % 1'000'000'000;
  std::cout << "MILLRACE_SEED=" << seed << "\n";
  return seed;
}

// What runs ends with the power, and its supervisor does not come to say so: the state stays as it
// was.
void end_work(World& world, const std::filesystem::path& folder) {
  base::SystemFiles files;
  const std::string state = folder / "state";
  const bool is_there = files.exists(state);
  const std::string text = is_there ? base::read_file(files, state) : "";
  world.supervision->stop(folder, true);
  while (!process::try_lock(folder)) std::this_thread::sleep_for(std::chrono::milliseconds(2));
  is_there ? base::replace_file(files, state, text) : files.remove(state);
}

// Of the folder of work nothing, all, or all but its state is there afterwards.
void lose_power(World& world, MemoryFiles& memory, base::Random& random) {
  memory.power_off();
  world.leave();
  const auto jobs = world.folder.path() / "jobs";
  if (!std::filesystem::exists(jobs)) return;
  for (const auto& entry : std::filesystem::directory_iterator(jobs)) {
    end_work(world, entry.path());
    const std::uint64_t chance = base::random_number(random) % 3;
    if (chance == 0) std::filesystem::remove_all(entry.path());
    if (chance == 1) std::filesystem::remove(entry.path() / "state");
  }
}

void run_until_power_goes(std::uint64_t seed, std::uint64_t calls) {
  base::SeededRandom random(seed);
  MemoryFiles memory;
  World world(script, 1, &memory);
  const Job job = world.plan("dark");
  world.files.fail_at(1 + base::random_number(random) % calls, Fault::for_good);
  const bool acknowledged = create(world, job);
  if (acknowledged) {
    for (int ms = 0; !world.files.has_failed() && !is_done(world, job) && ms < patience_ms; ++ms)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  lose_power(world, memory, random);
  world.close();
  memory.power_on(random);
  start_again(world);
  if (!acknowledged && !world.jobs->find(job.key)) return;
  const Job done = world.until_final(job);
  const bool lost = done.progress.status == Status::failed &&
                    done.progress.failure.starts_with("InternalServerError");
  EXPECT_TRUE(lost || done.progress.status == Status::completed) << done.progress.failure;
}

TEST(JobsSurvival, LossesOfPower) {
  const std::uint64_t calls = calls_of_a_job();
  const std::uint64_t first = first_seed();
  for (std::uint64_t seed = first; seed < first + 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    run_until_power_goes(seed, calls);
    if (testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace millrace::jobs
