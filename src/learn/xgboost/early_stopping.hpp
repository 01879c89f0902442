// Remembers the best round and says when so many rounds have not been better.
#pragma once

namespace millrace::learn::xgboost {

struct EarlyStopping {
  int patience = 0;
  bool maximize = false;
  int best_round = -1;  // none yet
  double best_score = 0;
  int rounds_without = 0;

  // Whether training should end after this round.
  [[nodiscard]] bool record(int round, double score) {
    const bool better = best_round < 0 || (maximize ? score > best_score : score < best_score);
    if (better) {
      best_round = round;
      best_score = score;
      rounds_without = 0;
    } else {
      ++rounds_without;
    }
    return rounds_without >= patience;
  }
};

}  // namespace millrace::learn::xgboost
