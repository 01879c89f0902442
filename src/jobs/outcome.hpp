// What the end of a work means for its job.
#pragma once

#include "jobs/job.hpp"
#include "process/spec.hpp"

#include <string>

namespace millrace::jobs {

struct Outcome {
  Stage stage = Stage::completed;  // a final one
  std::string failure;             // of Stage::failed
};

constexpr std::size_t failure_characters = 1024;

[[nodiscard]] Outcome outcome_of(const process::State& state, Status status);
[[nodiscard]] Outcome failed(std::string_view reason);
[[nodiscard]] Outcome internal_error();

}  // namespace millrace::jobs
