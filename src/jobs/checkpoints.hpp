// A job's checkpoints: what lies in S3 is in the work's folder before it starts, and what the work
// writes, changes or erases there follows to S3 while it runs.
#pragma once

#include "jobs/inputs.hpp"
#include "jobs/outputs.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace millrace::jobs {

class Checkpoints {
 public:
  // `uri` is CheckpointConfig's S3Uri, empty where a job has none; nothing is to be copied then.
  Checkpoints(Inputs& inputs, Outputs& outputs, std::string uri, std::string folder)
      : inputs_(inputs), outputs_(outputs), uri_(std::move(uri)), folder_(std::move(folder)) {}

  [[nodiscard]] bool wanted() const { return !uri_.empty(); }
  // Throws InputRefused.
  void copy_in(const policy::Principal& role);
  // What changed since the last call, or since `copy_in`, also by a server before this one. Throws
  // OutputRefused.
  void copy_out(const policy::Principal& role);
  // The first object that the role may not erase though the work has, once.
  [[nodiscard]] std::optional<std::string> take_kept() { return std::exchange(kept_, {}); }

 private:
  struct Stamp {
    std::uintmax_t size = 0;
    std::filesystem::file_time_type written;
    bool operator==(const Stamp&) const = default;
  };
  using Stamps = std::map<std::string, Stamp>;  // by path below the folder

  [[nodiscard]] Stamps look() const;
  void copy_changed(const policy::Principal& role, const Stamps& present);
  void erase_gone(const policy::Principal& role, const Stamps& present);
  void remember() const;
  void recall();
  [[nodiscard]] std::string uri_of(const std::string& name) const;

  Inputs& inputs_;
  Outputs& outputs_;
  std::string uri_;
  std::string folder_;
  std::optional<Stamps> copied_;  // nothing: a server before this one knew
  std::optional<std::string> kept_;
  bool told_kept_ = false;
};

}  // namespace millrace::jobs
