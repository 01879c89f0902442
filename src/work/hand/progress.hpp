// The log of a training by hand, and below it, where somebody looks at a terminal, a bar.
#pragma once

#include "learn/contract.hpp"

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace millrace::work::hand {

// The part of the training that is done after this line of its log, from 0 to 1: by the progress
// metric of AWS's own algorithms, or by XGBoost's rounds.
[[nodiscard]] std::optional<double> part_done(std::string_view line,
                                              const learn::HyperparameterMap& hyperparameters);

// "[#####          ]  33 %  4 s"
[[nodiscard]] std::string bar(double part, std::chrono::seconds passed);

class Progress {
 public:
  // `draws`: standard error is a terminal.
  Progress(const learn::HyperparameterMap& hyperparameters, bool draws);
  ~Progress();  // removes the bar
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Prints one line on standard output; from any thread.
  void line(std::string_view text);
  [[nodiscard]] double seconds() const;

 private:
  const learn::HyperparameterMap& hyperparameters_;
  const bool draws_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::mutex mutex_;
  double part_ = 0;  // guarded by mutex_
};

}  // namespace millrace::work::hand
