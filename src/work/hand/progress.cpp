#include "work/hand/progress.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstdio>

namespace millrace::work::hand {
namespace {

constexpr std::size_t bar_columns = 40;
constexpr std::string_view erase_line = "\r\x1b[K";

// The number that follows `before`.
std::optional<double> number_after(std::string_view line, std::string_view before) {
  const std::size_t found = line.find(before);
  if (found == std::string_view::npos) return {};
  const std::string_view rest = line.substr(found + before.size());
  return base::to_number(rest.substr(0, rest.find_first_of(" ]")));
}

void print(std::FILE* file, std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), file);
}

}  // namespace

std::optional<double> part_done(std::string_view line,
                                const learn::HyperparameterMap& hyperparameters) {
  if (line.find("#progress_metric") != std::string_view::npos) {
    const auto percent = number_after(line, "completed ");
    return percent ? std::optional(*percent / 100) : std::nullopt;
  }
  const auto rounds = hyperparameters.find("num_round");
  if (rounds == hyperparameters.end() || !line.starts_with('[')) return {};
  const auto round = number_after(line, "[");
  const auto all = base::to_number(rounds->second);
  if (!round || !all || *all < 1) return {};
  return std::min(1.0, (*round + 1) / *all);
}

std::string bar(double part, std::chrono::seconds passed) {
  const auto full = static_cast<std::size_t>(part * static_cast<double>(bar_columns));
  std::string text = "[" + std::string(full, '#') + std::string(bar_columns - full, ' ') + "] ";
  const std::string percent = std::to_string(static_cast<int>(part * 100));
  text += std::string(3 - std::min<std::size_t>(3, percent.size()), ' ') + percent + " %  ";
  return text + std::to_string(passed.count()) + " s";
}

Progress::Progress(const learn::HyperparameterMap& hyperparameters, bool draws)
    : hyperparameters_(hyperparameters), draws_(draws) {}

Progress::~Progress() {
  if (draws_) print(stderr, erase_line);
}

void Progress::line(std::string_view text) {
  const std::lock_guard lock(mutex_);
  if (draws_) print(stderr, erase_line);
  print(stdout, std::string(text) + "\n");
  if (!draws_) return;
  std::fflush(stdout);
  part_ = part_done(text, hyperparameters_).value_or(part_);
  print(stderr, bar(part_, std::chrono::seconds(static_cast<std::int64_t>(seconds()))));
}

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
}

}  // namespace millrace::work::hand
