// What a supervisor is told (`spec.json`) and what it tells (`state`): the two documents of a
// work's folder.
#pragma once

#include "base/time.hpp"
#include "base/value.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace millrace::process {

struct WorkLimits {
  base::Milliseconds runtime{0};           // 0: none
  base::Milliseconds stop_grace{120'000};  // between SIGTERM and SIGKILL
  std::uint64_t memory_bytes = 0;          // of address space; 0: none
  std::uint64_t log_bytes = 1ULL << 30;    // what is written beyond is dropped, and the log says so
  // What prints faster is made to wait, and the log says so.
  std::uint64_t log_lines_per_second = 50'000;
  std::uint64_t log_bytes_per_second = 16ULL << 20;
};

struct Spec {
  std::string program;  // an absolute path
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;  // all that the work sees
  std::vector<int> descriptors;  // the caller's, inherited by the work under the same numbers
  WorkLimits limits;
  bool pack = false;  // model/ to output/model.tar.gz, output/data/ to output/output.tar.gz
};

enum class Phase {
  running,
  stopping,
  packing,
  ended
};  // packing: where there is something to pack
enum class StopReason { none, asked, runtime };

struct State {
  Phase phase = Phase::running;
  StopReason stop_reason = StopReason::none;
  std::optional<base::Timestamp> started;  // the work
  std::optional<base::Timestamp> work_ended;
  std::optional<base::Timestamp> ended;  // all, the artifacts included
  std::optional<int> exit_code;
  std::optional<int> signal;
  std::string failure;                       // what the work left in output/failure
  std::string error;                         // why the supervisor itself could not do its part
  std::optional<std::int64_t> model_bytes;   // of output/model.tar.gz, where it was packed
  std::optional<std::int64_t> output_bytes;  // of output/output.tar.gz
  // With `ended`: this and the artifacts are durable. A server that listens need not wait for it.
  bool synced = false;
};

constexpr std::size_t failure_limit =
    1024;  // bytes of output/failure that are kept, as SageMaker does

// What the server tells beside the spec: the numbers of the lock's and the socket's descriptors in
// the supervisor.
struct Handover {
  Spec spec;
  int lock = -1;
  int listener = -1;
};

[[nodiscard]] base::Value to_value(const Handover& handover);
[[nodiscard]] Handover handover_from(const base::Value& value);
[[nodiscard]] base::Value to_value(const State& state);
[[nodiscard]] State state_from(const base::Value& value);

}  // namespace millrace::process
