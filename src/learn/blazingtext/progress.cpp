#include "learn/blazingtext/progress.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace millrace::learn::blazingtext {
namespace {

constexpr double line_every = 0.05;

}  // namespace

Progress::Progress(std::uint64_t words, double rate, std::function<void(std::string_view)> print,
                   std::function<bool()> stopped)
    : words_(std::max<std::uint64_t>(words, 1)),
      rate_(rate),
      print_(std::move(print)),
      asks_(std::move(stopped)),
      began_(std::chrono::steady_clock::now()) {}

double Progress::part() const {
  const auto done = static_cast<double>(done_.load(std::memory_order_relaxed));
  return std::min(1.0, done / static_cast<double>(words_));
}

float Progress::rate() const { return static_cast<float>(rate_ * (1 - part())); }

double Progress::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
}

double Progress::throughput() const {
  return static_cast<double>(done_.load()) / std::max(seconds(), 1e-9) / 1e6;
}

void Progress::print_line(double part) const {
  std::array<char, 128> line{};
  std::snprintf(line.data(), line.size(),
                "##### Alpha: %.4f  Progress: %.2f%%  Million Words/sec: %.2f #####",
                rate_ * (1 - part), 100 * part, throughput());
  print_(line.data());
}

void Progress::report() {
  if (asks_()) stop_ = true;
  const double done = part();
  if (done < next_ || done >= 1) return;
  while (next_ <= done) next_ += line_every;
  print_line(done);
}

void Progress::finish() {
  print_line(part());
  std::array<char, 160> lines{};
  std::snprintf(lines.data(), lines.size(),
                "Training finished!\nAverage throughput in Million words/sec: %.2f\n"
                "Total training time in seconds: %.2f",
                throughput(), seconds());
  print_(lines.data());
}

}  // namespace millrace::learn::blazingtext
