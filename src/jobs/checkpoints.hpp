// A job's checkpoints: what lies in S3 is in the work's folder before it starts, and what the work
// writes, changes or erases there follows to S3 while it runs.
#pragma once

#include "jobs/inputs.hpp"
#include "jobs/outputs.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace millrace::jobs {

class Checkpoints {
 public:
  // `uri` is CheckpointConfig's S3Uri, empty where a job has none; nothing is to be copied then.
  Checkpoints(Inputs& inputs, Outputs& outputs, std::string uri, std::string folder)
      : inputs_(inputs), outputs_(outputs), uri_(std::move(uri)), folder_(std::move(folder)) {}

  [[nodiscard]] bool wanted() const { return !uri_.empty(); }
  // Throws InputRefused.
  void copy_in(const identity::Principal& role);
  // What changed since the last call, or since `copy_in`; after a restart of the server, everything
  // once. Throws OutputRefused.
  void copy_out(const identity::Principal& role);

 private:
  struct Stamp {
    std::uintmax_t size = 0;
    std::filesystem::file_time_type written;
    bool operator==(const Stamp&) const = default;
  };
  using Stamps = std::map<std::string, Stamp>;  // by path below the folder

  [[nodiscard]] Stamps look() const;
  [[nodiscard]] std::string uri_of(const std::string& name) const;

  Inputs& inputs_;
  Outputs& outputs_;
  std::string uri_;
  std::string folder_;
  Stamps copied_;
};

}  // namespace millrace::jobs
