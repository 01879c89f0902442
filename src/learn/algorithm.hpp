// What keeps the promises of a contract: training from channels into a model folder, and loading
// what lies there.
#pragma once

#include "learn/contract.hpp"
#include "learn/model.hpp"
#include "table/matrix.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::learn {

// What the user can put right: hyperparameters, channels, data.
struct ClientError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What the algorithm could not do.
struct AlgorithmError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Channel {
  std::string name;
  std::string content_type;  // empty: the algorithm's default
  std::vector<table::Input> inputs;
  std::vector<std::string> attributes;        // to read from each line of an augmented manifest
  std::optional<std::uint64_t> shuffle_seed;  // of these lines
  bool wrapped = false;                       // each input is one record of RecordIO
};

// The processes that train one model together, each on rows of its own; one of them in a training
// like any other.
struct Hosts {
  int count = 1;
  int rank = 0;  // 0 leads: it says the metrics, and writes the checkpoints and the model
  // Answers what the leader passes, which is a line; each of them calls it, the leader first.
  std::function<std::string(const std::string& line)> hear_leader = {};
};

// What a training has besides its data. Both logs get one line a call, `info` to be stamped with
// time and level; `stopped` is asked after each round or batch.
struct Training {
  std::string version;  // of AWS's image: "1.7-1"
  int threads = 1;      // of this process
  Hosts hosts = {};
  std::filesystem::path model_folder;
  std::filesystem::path checkpoint_folder = {};  // empty: none are asked for
  std::function<void(std::string_view line)> print;
  std::function<void(std::string_view line)> info;
  std::function<bool()> stopped = [] { return false; };
};

struct Algorithm {
  const Contract& contract;
  void (*train)(const HyperparameterMap&, const std::vector<Channel>&, const Training&);
  std::unique_ptr<Model> (*load)(const std::filesystem::path& model_folder);  // throws ModelError
  // Null where its models are not explained.
  std::unique_ptr<Explainer> (*explain)(const std::filesystem::path& model_folder) = nullptr;
};

// The algorithm of that name, or null.
[[nodiscard]] const Algorithm* find_algorithm(std::string_view name);

}  // namespace millrace::learn
