// Checkpoints of a training as AWS's image names them: xgboost-checkpoint.N holds the model behind
// round N, the newest few are kept.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace::learn::xgboost {

struct Checkpoint {
  int round = 0;
  std::filesystem::path path;
};

// The newest first. What has another name is none.
[[nodiscard]] std::vector<Checkpoint> find_checkpoints(const std::filesystem::path& folder);
[[nodiscard]] std::string read_checkpoint(const Checkpoint& checkpoint);  // throws AlgorithmError

class Checkpoints {
 public:
  using Seconds = std::function<double()>;

  explicit Checkpoints(std::filesystem::path folder, Seconds now = steady_seconds)
      : folder_(std::move(folder)), now_(std::move(now)), ended_(now_()) {}

  // Every round as with AWS, as long as that takes a sixteenth of the training's time at most; else
  // whenever a thirty-second of the work would be lost. A model grows with its rounds: writing each
  // of a thousand quick ones would take several times as long as the training.
  [[nodiscard]] bool due(int round) const;
  // Whole or not at all; `model` may take time, which counts. Throws AlgorithmError.
  void write(int round, const std::function<std::string()>& model);

 private:
  static double steady_seconds();
  void put(int round, std::string_view model);

  std::filesystem::path folder_;
  Seconds now_;
  double ended_ = 0;  // the last one's writing
  double cost_s_ = 0;
  std::deque<std::filesystem::path> written_;  // by this training: former ones are left alone
  int last_round_ = -1;
};

}  // namespace millrace::learn::xgboost
