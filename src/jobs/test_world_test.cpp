// The parts of the tests' world, and the program's entry: it is its own supervisor.
#include "jobs/test_world.hpp"

#include "process/supervise.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <condition_variable>
#include <fstream>
#include <memory>
#include <mutex>

namespace millrace::jobs {
namespace {

constexpr std::chrono::seconds patience{60};

}  // namespace

World::World(const std::string& script, std::size_t slots, base::Files* database_disk)
    : files(database_disk != nullptr ? *database_disk : disk),
      database_path_(database_disk != nullptr ? std::string("/db")
                                              : (folder.path() / "db").string()),
      slots_(slots) {
  const std::string program = folder.path() / "work";
  std::ofstream(program) << "#!/bin/sh\ncd \"$3\"\n" << script << "\n";
  ::chmod(program.c_str(), 0700);
  objects.put_text("data/train.csv", "1,2,3");
  come_back();
}

void World::come_back() {
  database = store::open_database(files, {.path = database_path_});
  records = std::make_unique<store::Records>(*database);
  logs = std::make_unique<telemetry::Logs>(*database, clock);
  metrics = std::make_unique<telemetry::Metrics>(*database);
  supervision = std::make_unique<process::Supervision>("/proc/self/exe");
  const JobStore::Parts rows{*database, *records, *logs, *metrics, changes, clock};
  const JobsOptions options{.run = {.folder = folder.path() / "jobs",
                                    .work_program = folder.path() / "work",
                                    .threads = 2,
                                    .stop_grace = std::chrono::seconds(5),
                                    .checkpoint_pause = std::chrono::milliseconds(20),
                                    .disk_pause = std::chrono::milliseconds(5)},
                            .slots = slots_};
  jobs = std::make_unique<Jobs>(
      Jobs::Parts{rows, objects, authority, *supervision, clock, random, operator_log}, options);
  jobs->recover();
}

void World::restart() {
  close();
  come_back();
}

void World::close() {
  leave();
  supervision.reset();
  metrics.reset();
  logs.reset();
  records.reset();
  database.reset();
}

Job World::plan(const std::string& name, const std::string& account) const {
  return {
      .key = {account, "us-east-1", std::string(training_kind), name},
      .arn = "arn:aws:sagemaker:us-east-1:" + account + ":training-job/" + name,
      .plan = {
          .algorithm = "fake",
          .version = "1",
          .role_arn = "arn:aws:iam::" + account + ":role/r",
          .channels = {{.name = "train", .uri = "s3://bucket/data/", .content_type = "text/csv"}},
          .output_uri = "s3://bucket/out/",
          .instance_type = "ml.m5.large",
          .metrics = {{"loss", "loss=([0-9.]+)"}}}};
}

namespace {

// Of one wait; an announcement that is under way keeps it.
struct Awakening {
  std::mutex mutex;
  std::condition_variable told;
  bool woken = false;

  void wake() {
    const std::scoped_lock guard(mutex);
    woken = true;
    told.notify_all();
  }
};

}  // namespace

Job World::until(const Job& job, const std::function<bool(const Job&)>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto awakening = std::make_shared<Awakening>();
    const store::Changes::Ticket ticket = changes.wait(job.arn, [awakening] { awakening->wake(); });
    if (auto now = jobs->find(job.key); now && holds(*now)) {
      changes.forget(ticket);
      return *now;
    }
    std::unique_lock guard(awakening->mutex);
    awakening->told.wait_until(guard, deadline, [&] { return awakening->woken; });
    guard.unlock();
    changes.forget(ticket);
  }
  ADD_FAILURE() << job.key.name << " never came to what was waited for";
  return jobs->find(job.key).value();
}

Job World::until_final(const Job& job) {
  return until(job, [](const Job& now) { return is_final(now.progress.status); });
}

std::string World::log(const Job& job, std::int64_t host) {
  const auto now = jobs->find(job.key).value();
  std::string text;
  const telemetry::Scope scope{.account = job.key.account, .region = job.key.region};
  for (const auto& event :
       logs->events(scope, {.group = std::string(log_group),
                            .stream = stream_of_host(now.progress.log_stream, host)})) {
    text += event.message + "\n";
  }
  return text;
}

std::string World::work_folder(const Job& job) {
  return folder.path() / "jobs" / jobs->find(job.key).value().progress.work_id;
}

}  // namespace millrace::jobs

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "supervise") {
    return millrace::process::supervise(argv[3], millrace::base::SystemClock());
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
