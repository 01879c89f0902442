// AWS's reading of exit codes and signals, and its words for failures.
#include "jobs/outcome.hpp"

#include "base/text.hpp"

namespace millrace::jobs {
namespace {

constexpr int signal_base = 128;  // as shells and containers show a death by signal

bool names_its_kind(std::string_view text) {
  return text.starts_with("ClientError:") || text.starts_with("AlgorithmError:") ||
         text.starts_with("InternalServerError:");
}

std::string work_failure(const process::State& state) {
  const int code = state.exit_code ? *state.exit_code : signal_base + state.signal.value_or(0);
  std::string reason(base::trim(state.failure));
  if (!names_its_kind(reason)) reason = "AlgorithmError: " + reason;
  return reason + ", exit code: " + std::to_string(code);
}

}  // namespace

Outcome outcome_of(const process::State& state, Status status) {
  if (state.stop_reason == process::StopReason::runtime)
    return {.stage = Stage::max_runtime_exceeded, .failure = {}};
  if (state.stop_reason == process::StopReason::asked || status == Status::stopping) {
    return {.stage = Stage::stopped, .failure = {}};
  }
  if (!state.error.empty()) return internal_error();
  if (state.exit_code == 0) return {};
  return failed(work_failure(state));
}

Outcome failed(std::string_view reason) {
  std::size_t size = std::min(reason.size(), failure_characters);
  while (size > 0 && size < reason.size() &&
         (static_cast<unsigned char>(reason[size]) & 0xC0) == 0x80)
    --size;
  return {.stage = Stage::failed, .failure = std::string(reason.substr(0, size))};
}

Outcome internal_error() {
  return failed("InternalServerError: We encountered an internal error.  Please try again.");
}

}  // namespace millrace::jobs
