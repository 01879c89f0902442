// Names and messages of statuses as AWS gives them, and what a stage does to the progress.
#include "jobs/job.hpp"

#include "base/assert.hpp"

#include <array>

namespace millrace::jobs {
namespace {

struct StageWords {
  std::string_view name;
  std::string_view message;
};

constexpr std::array<std::string_view, 5> statuses = {"InProgress", "Completed", "Failed",
                                                      "Stopping", "Stopped"};
constexpr std::array<StageWords, 9> stages = {{
    {"Starting", "Preparing the instances for training"},
    {"Downloading", "Downloading input data"},
    {"Training", "Training image download completed. Training in progress."},
    {"Uploading", "Uploading generated training model"},
    {"Stopping", "Stopping the training job"},
    {"Stopped", "Training job stopped"},
    {"MaxRuntimeExceeded", "Training job runtime exceeded MaxRuntimeInSeconds provided"},
    {"Completed", "Training job completed"},
    {"Failed", "Training job failed"},
}};

Status final_status(Stage stage) {
  if (stage == Stage::completed) return Status::completed;
  if (stage == Stage::failed) return Status::failed;
  MILLRACE_ASSERT(stage == Stage::stopped || stage == Stage::max_runtime_exceeded);
  return Status::stopped;
}

}  // namespace

std::string_view name_of(Status status) { return statuses[static_cast<std::size_t>(status)]; }
std::string_view name_of(Stage stage) { return stages[static_cast<std::size_t>(stage)].name; }
std::string_view message_of(Stage stage) { return stages[static_cast<std::size_t>(stage)].message; }

bool is_final(Status status) { return status != Status::in_progress && status != Status::stopping; }

std::string host_name(std::int64_t host) { return "algo-" + std::to_string(host); }

std::string stream_of_host(const std::string& first, std::int64_t host) {
  const std::size_t name = first.rfind('/') + 1;
  return first.substr(0, name) + host_name(host) + first.substr(first.rfind('-'));
}

void enter(Progress& progress, Stage stage, base::Timestamp now) {
  if (!progress.stages.empty()) {
    StageChange& present = progress.stages.back();
    // A stage that work of the past ended may be told late; time still does not run backwards.
    now = std::max(now, present.start);
    present.end = now;
  }
  progress.stages.push_back({.stage = stage, .start = now, .end = std::nullopt});
  if (stage == Stage::stopping) progress.status = Status::stopping;
}

void finish(Progress& progress, Stage stage, base::Timestamp now) {
  enter(progress, stage, now);
  progress.stages.back().end = progress.stages.back().start;
  progress.status = final_status(stage);
  if (progress.started) progress.ended = progress.stages.back().start;
}

}  // namespace millrace::jobs
