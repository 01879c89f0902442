// What a child finds in its folder: see README.md.
#pragma once

#include "learn/contract.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace millrace::work {

// The folder does not keep its contract: a fault of whoever started the child.
struct SpecError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct File {
  std::string name;
  int descriptor = -1;  // inherited; or `path`
  std::filesystem::path path;
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length;  // nothing: to the end
  int host = 0;                         // whose it is, from 1 on; 0: every host's
};

struct Channel {
  std::string name;
  std::string content_type;
  std::vector<File> files;
  bool packed = false;  // each of them by gzip
  std::vector<std::string> attributes;
  std::optional<std::uint64_t> shuffle_seed;
  bool wrapped = false;
};

struct Spec {
  std::string algorithm;
  std::string version;
  std::string bundle;  // the JumpStart model that was asked for; empty: none
  bool checkpoints = false;
  int threads = 1;  // of all hosts together
  int hosts = 1;    // algo-1 and so on
  std::vector<Channel> channels;
};

[[nodiscard]] Spec read_spec(const std::filesystem::path& root);
[[nodiscard]] learn::HyperparameterMap read_hyperparameters(const std::filesystem::path& root);

}  // namespace millrace::work
