// Checkpoints of a training as AWS's image names them: xgboost-checkpoint.N holds the model behind
// round N, the newest few are kept.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
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
  explicit Checkpoints(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Each of the first rounds, then one whenever a thirty-second of the work would be lost: so all
  // that is written together is no more than about thirty-three models.
  [[nodiscard]] bool due(int round) const;
  // Whole or not at all. Throws AlgorithmError.
  void write(int round, std::string_view model);

 private:
  std::filesystem::path folder_;
  std::deque<std::filesystem::path> written_;  // by this training: former ones are left alone
  int last_round_ = -1;
};

}  // namespace millrace::learn::xgboost
