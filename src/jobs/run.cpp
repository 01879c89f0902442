// The order of events is here; what each step does is in the files that it calls.
#include "jobs/run.hpp"

#include "jobs/instance_types.hpp"
#include "jobs/work_folder.hpp"
#include "process/folder.hpp"

#include <algorithm>
#include <filesystem>
#include <future>
#include <utility>

namespace millrace::jobs {
namespace {

using process::News;
using process::Phase;
using process::State;

// Lines are stored at most so often while the work runs, and at its end at once.
constexpr std::chrono::milliseconds log_pause{50};
constexpr std::chrono::hours nothing_due{1};
constexpr int pauses_after_refusal = 10;
constexpr std::string_view session_name = "SageMaker";

// The server goes while a write waits for its disk; the next one goes on from what is stored.
struct Left {};

std::string stream_name(const Job& job, base::Timestamp now) {
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  return job.key.name + "/" + host_name(1) + "-" + std::to_string(seconds);
}

bool is_over(const State& state) {
  return state.phase == Phase::packing || state.phase == Phase::ended;
}

void note_download(Progress& progress, base::Timestamp now) {
  // It may have run before, in a folder that was lost with its log.
  if (progress.stage() != Stage::downloading) enter(progress, Stage::downloading, now);
  if (!progress.started) progress.started = now;
}

Told told_notes(const Plan& plan, base::Timestamp now) {
  Told told;
  for (const std::string& note : plan.notes) told.events.push_back({.time = now, .message = note});
  return told;
}

Told told_kept(const std::string& uri, base::Timestamp now) {
  return {.events = {{.time = now,
                      .message = "Checkpoints that the training erases stay in S3, as the role has "
                                 "no permission s3:DeleteObject: " +
                                 uri}},
          .data = {}};
}

}  // namespace

Run::Run(const RunParts& parts, Job job, std::shared_ptr<Inbox> inbox,
         std::function<void()> work_ended)
    : parts_(parts),
      job_(std::move(job)),
      inbox_(std::move(inbox)),
      folder_(parts.options.folder + "/" + job_.progress.work_id),
      intake_(job_),
      checkpoints_(parts.inputs, parts.outputs, job_.plan.checkpoints.uri,
                   folder_ + "/checkpoints"),
      work_ended_(std::move(work_ended)) {}

void Run::go(From from) {
  try {
    supervised_ = from == From::running;
    if (from == From::queue && !begin()) return;
    if (from == From::running) note_started();
    if (from == From::queue || from == From::running) follow();
    if (from == From::ended) conclude(process::read_state(folder_).value());
    if (from == From::lost) lose();
  } catch (const Left&) {
    // Ended with the server, which cannot write it down; the next one does.
    if (!inbox_->look().leave) parts_.supervision.stop(folder_, true);
  } catch (const InputRefused& refused) {
    fail(failed(refused.what()));
  } catch (const std::exception& error) {
    parts_.log.write(base::Level::error, "training job " + job_.arn + ": " + error.what());
    fail(internal_error());
  }
}

// Whether the work now runs. It starts while the row's change is on its way to the disk: neither
// waits for the other.
bool Run::begin() {
  auto begun = std::async(std::launch::async, [this] { return note_begun(); });
  const bool started = !asked_to_stop() && start_work();
  if (auto job = begun.get()) job_ = std::move(*job);
  // A stop that came before the inbox was there.
  if (job_.progress.status == Status::stopping) inbox_->ask_stop(false);
  if (started) note_started();
  // A job that the server leaves here is begun again by the next one.
  if (!started && !inbox_->look().leave) end({.stage = Stage::stopped, .failure = {}});
  return started;
}

std::optional<Job> Run::note_begun() {
  const base::Timestamp now = parts_.clock.service();
  const auto change = [&](Progress& progress) {
    if (progress.status != Status::in_progress) return;
    note_download(progress, now);
    progress.log_offset = 0;
    progress.log_stream.clear();
    progress.metrics.clear();
  };
  std::optional<Job> after;
  insist([&] { after = parts_.store.advance(job_.key, change); });
  return after;
}

bool Run::start_work() {
  // The blobs stay open until the supervisor has them.
  const std::vector<OpenChannel> channels =
      parts_.inputs.open(role(), job_.plan.channels, job_.plan.instances);
  const process::Spec work = spec(make_work_folder(folder_, job_, channels, threads()));
  if (checkpoints_.wanted()) checkpoints_.copy_in(role());
  if (asked_to_stop()) return false;
  parts_.supervision.start(folder_, work, [inbox = inbox_](News news) { inbox->tell(news); });
  supervised_ = true;
  return true;
}

// Also after a restart that came between the work's start and this, or even before its beginning,
// which is noted beside the start, had reached the row.
void Run::note_started() {
  if (!job_.progress.log_stream.empty()) return;
  const base::Timestamp now = parts_.clock.service();
  advance(
      [&](Progress& progress) {
        if (progress.stage() == Stage::starting) note_download(progress, now);
        if (progress.status == Status::in_progress) enter(progress, Stage::training, now);
        progress.log_stream = stream_name(job_, now);
      },
      told_notes(job_.plan, parts_.clock.wall()));
}

process::Spec Run::spec(const std::vector<int>& descriptors) const {
  return {.program = parts_.options.work_program,
          .arguments = {"train", "--root", folder_},
          .environment = {{"PATH", "/usr/bin:/bin"},
                          {"LANG", "C.UTF-8"},
                          {"TMPDIR", folder_},
                          {"MILLRACE_ENVIRONMENTS", parts_.options.environments},
                          {"OMP_WAIT_POLICY", "passive"},
                          {"OMP_NUM_THREADS", std::to_string(threads())}},
          .descriptors = descriptors,
          .limits = process::WorkLimits{.runtime = std::chrono::seconds(job_.plan.runtime_limit_s),
                                        .stop_grace = parts_.options.stop_grace},
          .pack = true};
}

// A row that an older version wrote may name a type that is not known.
int Run::threads() const {
  const InstanceType* const type = instance_type(job_.plan.instance_type);
  if (type == nullptr) return parts_.options.threads;
  return static_cast<int>(
      std::min<std::int64_t>(parts_.options.threads, type->vcpus * job_.plan.instances));
}

policy::Principal Run::role() const {
  auto session = parts_.authority.session_of(job_.plan.role_arn, session_name);
  if (!session)
    throw InputRefused("ClientError: The role " + job_.plan.role_arn + " cannot be assumed");
  return std::move(*session);
}

bool Run::asked_to_stop() {
  const Inbox::Heard heard = inbox_->look();
  return heard.stop || heard.leave || job_.progress.status != Status::in_progress;
}

void Run::follow() {
  bool log_due = true;
  bool behind = false;  // there was more than one commit takes
  auto taken = parts_.clock.steady();
  for (;;) {
    const Inbox::Heard heard = inbox_->wait(behind    ? std::chrono::milliseconds(0)
                                            : log_due ? log_pause
                                                      : longest_wait());
    if (heard.leave) return;
    if (heard.gone) supervised_ = false;
    if (heard.stop) parts_.supervision.stop(folder_, heard.at_once);
    const auto state = heard.state || heard.gone ? process::read_state(folder_) : std::nullopt;
    if (heard.gone || (state && is_over(*state))) free_slot();
    if (state && state->phase == Phase::ended) return conclude(*state);
    if (heard.gone) return lose();
    if (state) note_runtime_exceeded(*state);
    if (state && state->phase == Phase::packing && !note_work_ended(*state, true)) return;
    log_due |= heard.log;
    if (behind || (log_due && parts_.clock.steady() - taken >= log_pause)) {
      log_due = behind = take_some(nullptr);
      taken = parts_.clock.steady();
    }
    copy_checkpoints();
  }
}

std::chrono::milliseconds Run::longest_wait() const {
  return checkpoints_.wanted() ? parts_.options.checkpoint_pause : nothing_due;
}

void Run::copy_checkpoints() {
  if (parts_.clock.steady() < checkpoints_due_) return;
  auto pause = parts_.options.checkpoint_pause;
  try {
    copy_last_checkpoints();
  } catch (const OutputRefused&) {
    // The last copy, at the end, is the one that says so.
    pause *= pauses_after_refusal;
  }
  checkpoints_due_ = parts_.clock.steady() + pause;
}

void Run::copy_last_checkpoints() {
  if (!checkpoints_.wanted()) return;
  insist([&] { checkpoints_.copy_out(role()); });
  if (const auto uri = checkpoints_.take_kept())
    advance([](Progress&) {}, told_kept(*uri, parts_.clock.wall()));
}

void Run::free_slot() {
  if (const auto tell = std::exchange(work_ended_, nullptr)) tell();
}

// At the moment at which the supervisor ended it, though the server may have been away.
void Run::note_runtime_exceeded(const State& state) {
  if (state.stop_reason != process::StopReason::runtime ||
      job_.progress.status != Status::in_progress)
    return;
  const base::Timestamp then = state.started.value_or(parts_.clock.wall()) +
                               std::chrono::seconds(job_.plan.runtime_limit_s) + shift();
  advance([&](Progress& progress) { enter(progress, Stage::stopping, then); });
}

bool Run::take_in(const std::function<void(Progress&)>& change) {
  while (!inbox_->look().leave) {
    if (!take_some(change)) return true;
  }
  return false;
}

bool Run::take_some(const std::function<void(Progress&)>& change) {
  const Intake intake = intake_.read(folder_, job_.progress.log_offset, shift());
  if (intake.next == job_.progress.log_offset && !change) return false;
  advance(
      [&](Progress& progress) {
        intake.apply(progress);
        if (!intake.more && change) change(progress);
      },
      intake.told);
  return intake.more;
}

// The last lines, and the stage that follows; told while the supervisor still packs, so that its
// syncs and ours overlap.
bool Run::note_work_ended(const State& state, bool uploads) {
  const base::Timestamp then = state.work_ended.value_or(parts_.clock.wall()) + shift();
  if (!uploads || job_.progress.stage() == Stage::uploading) return take_in(nullptr);
  return take_in([&](Progress& progress) { enter(progress, Stage::uploading, then); });
}

void Run::conclude(const State& state) {
  note_started();
  note_runtime_exceeded(state);
  if (!note_work_ended(state, state.model_bytes || state.output_bytes)) return;
  if (!state.error.empty())
    parts_.log.write(base::Level::error, "training job " + job_.arn + ": " + state.error);
  std::string artifact;
  const Outcome outcome = upload(state, outcome_of(state, job_.progress.status), artifact);
  end(outcome, artifact);
}

Outcome Run::upload(const State& state, Outcome outcome, std::string& artifact) {
  const auto put = [&](const char* file) {
    const std::string uri = artifact_uri(job_.plan.output_uri, job_.key.name, file);
    insist([&] {
      parts_.outputs.store(role(), folder_ + "/output/" + file, uri, job_.plan.output_by_kms);
    });
    return uri;
  };
  try {
    copy_last_checkpoints();
    if (state.model_bytes) artifact = put("model.tar.gz");
    if (state.output_bytes) put("output.tar.gz");
    return outcome;
  } catch (const OutputRefused& refused) {
    return failed(refused.what());
  }
}

void Run::end(const Outcome& outcome, const std::string& artifact) {
  const base::Timestamp now = parts_.clock.service();
  advance([&](Progress& progress) {
    finish(progress, outcome.stage, now);
    progress.failure = outcome.failure;
    progress.artifact_uri = artifact;
  });
  remove_folder();
}

// Not under the supervisor's hands, which may still sync what is of no more use. What is left is
// swept at the next start.
void Run::remove_folder() {
  if (supervised_ && !inbox_->gone_within(supervisor_patience)) return;
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

// What it wrote until then is kept.
void Run::lose() {
  note_started();
  copy_checkpoints();
  if (take_in(nullptr)) fail(internal_error());
}

// The last resort: nothing that goes wrong here may reach the thread's end.
void Run::fail(const Outcome& outcome) {
  try {
    parts_.supervision.stop(folder_, true);
    free_slot();
    end(outcome);
  } catch (const Left&) {
    return;
  } catch (const std::exception& error) {
    parts_.log.write(base::Level::error,
                     "training job " + job_.arn + " cannot be ended: " + error.what());
  }
}

void Run::advance(const std::function<void(Progress&)>& change, const Told& told) {
  insist([&] {
    if (auto after = parts_.store.advance(job_.key, change, told)) job_ = std::move(*after);
  });
}

void Run::insist(const std::function<void()>& write) {
  for (bool said = false;; said = true) {
    try {
      return write();
    } catch (const store::StoreError& error) {
      if (!said)
        parts_.log.write(base::Level::error,
                         "training job " + job_.arn + " waits for the disk: " + error.what());
      if (inbox_->hurries_within(parts_.options.disk_pause)) throw Left();
    }
  }
}

}  // namespace millrace::jobs
