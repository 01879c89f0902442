#include "learn/xgboost/checkpoints.hpp"

#include "base/text.hpp"
#include "learn/algorithm.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>

namespace millrace::learn::xgboost {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view prefix = "xgboost-checkpoint.";
constexpr std::size_t kept = 5;
constexpr int loss = 32;     // one part of so many may be lost
constexpr double rest = 15;  // of training, for each second of writing
// What AWS's agent and ours do not copy.
constexpr const char* unfinished = ".sagemaker-ignore";

std::optional<int> round_of(const std::string& name) {
  if (!name.starts_with(prefix)) return {};
  const std::string_view digits = std::string_view(name).substr(prefix.size());
  const bool plain = std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
  const auto round = base::to_integer(digits);
  if (!plain || !round || *round >= std::numeric_limits<int>::max()) return {};
  return static_cast<int>(*round);
}

}  // namespace

std::vector<Checkpoint> find_checkpoints(const fs::path& folder) {
  std::vector<Checkpoint> found;
  std::error_code ignored;  // none is there yet
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const auto round = round_of(entry.path().filename().string());
    if (round && entry.is_regular_file()) found.push_back({*round, entry.path()});
  }
  std::ranges::sort(found, std::ranges::greater{}, &Checkpoint::round);
  return found;
}

std::string read_checkpoint(const Checkpoint& checkpoint) {
  std::ifstream file(checkpoint.path, std::ios::binary);
  std::string model(std::istreambuf_iterator<char>(file), {});
  if (!file) throw AlgorithmError("cannot read the checkpoint " + checkpoint.path.string());
  return model;
}

bool Checkpoints::due(int round) const {
  const bool much_to_lose = round - last_round_ >= std::max(1, (round + 1) / loss);
  return much_to_lose || now_() - ended_ >= cost_s_ * rest;
}

void Checkpoints::write(int round, const std::function<std::string()>& model) {
  if (round == last_round_) return;
  const double begun = now_();
  put(round, model());
  ended_ = now_();
  cost_s_ = ended_ - begun;
}

double Checkpoints::steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void Checkpoints::put(int round, std::string_view model) {
  fs::create_directories(folder_);
  const fs::path path = folder_ / (std::string(prefix) + std::to_string(round));
  const fs::path partial = path.string() + unfinished;
  std::ofstream file(partial, std::ios::binary | std::ios::trunc);
  file.write(model.data(), static_cast<std::streamsize>(model.size()));
  file.close();
  if (!file) throw AlgorithmError("cannot write the checkpoint " + path.string());
  fs::rename(partial, path);
  last_round_ = round;
  written_.push_back(path);
  if (written_.size() <= kept) return;
  fs::remove(written_.front());
  written_.pop_front();
}

}  // namespace millrace::learn::xgboost
