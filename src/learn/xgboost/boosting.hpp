// One training: the data inside the library, the booster, how far it has come, and where its
// checkpoints go.
#pragma once

#include "learn/algorithm.hpp"
#include "learn/xgboost/checkpoints.hpp"
#include "learn/xgboost/early_stopping.hpp"
#include "learn/xgboost/library.hpp"
#include "learn/xgboost/ring.hpp"
#include "learn/xgboost/settings.hpp"
#include "table/matrix.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace::learn::xgboost {

struct Part {
  std::string name;  // of the channel
  table::Dataset rows;
};

struct Score {
  std::string data;
  std::string metric;
  double value;
};

class Boosting {
 public:
  // `settings`, `parts`, the training channel first, and `ring` outlive it. Throws LibraryError.
  Boosting(const Settings& settings, const std::vector<Part>& parts, const Ring& ring);

  // From the newest checkpoint that can be read, if there is one, to the last round or until it is
  // stopped.
  void run(const Training& training);
  // Of the best round where early stopping follows one.
  [[nodiscard]] std::string model();

 private:
  [[nodiscard]] std::vector<NamedData> named() const;
  // Per channel, the library's metrics and then those added here.
  [[nodiscard]] std::vector<Score> measure(int round) const;
  void add_scores(std::size_t part, std::vector<Score>& scores) const;
  [[nodiscard]] double followed(const std::vector<Score>& scores) const;
  [[nodiscard]] Booster new_booster(std::string_view checkpoint) const;
  void resume(const Training& training);
  void remember_best(int last_round);
  void write_checkpoint(int round);

  const Settings& settings_;
  const std::vector<Part>& parts_;
  const Ring& ring_;
  std::vector<std::unique_ptr<Data>> data_;
  Booster booster_;
  std::optional<EarlyStopping> stopping_;
  std::optional<Checkpoints> checkpoints_;
  int first_round_ = 0;
};

}  // namespace millrace::learn::xgboost
