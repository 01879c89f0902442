// How fast files of numbers become rows: `millrace-parse-speed FORMAT THREADS FILE` prints seconds,
// CPU seconds, rows and the peak of resident memory as JSON. FORMAT `from_chars` is the ceiling:
// std::from_chars over every number of the file's part that a thread owns, kept nowhere.
#include "table/format.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace millrace::bench {
namespace {

class FileSource final : public base::Source {
 public:
  explicit FileSource(const char* path) : descriptor_(::open(path, O_RDONLY | O_CLOEXEC)) {
    struct stat status{};
    if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0)
      throw std::runtime_error(std::string("cannot open ") + path);
    size_ = static_cast<std::uint64_t>(status.st_size);
  }
  ~FileSource() override { ::close(descriptor_); }
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  [[nodiscard]] std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t offset, char* out, std::size_t size) const override {
    const ssize_t got = ::pread(descriptor_, out, size, static_cast<off_t>(offset));
    if (got < 0) throw std::runtime_error("cannot read");
    return static_cast<std::size_t>(got);
  }

 private:
  int descriptor_;
  std::uint64_t size_ = 0;
};

double sum_of_numbers(std::string_view text) {
  double sum = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    double number = 0;
    const auto [next, failure] = std::from_chars(at, end, number);
    sum += number;
    at = next + 1;
  }
  return sum;
}

// Each thread reads its part in blocks and forgets it.
double read_range(const FileSource& file, std::uint64_t begin, std::uint64_t end) {
  std::string block(std::size_t{1} << 20, '\0');
  double sum = 0;
  for (std::uint64_t at = begin; at < end; at += block.size()) {
    const std::size_t got =
        file.read_at(at, block.data(), std::min<std::uint64_t>(block.size(), end - at));
    sum += sum_of_numbers(std::string_view(block).substr(0, got));
  }
  return sum;
}

std::size_t read_plainly(const FileSource& file, unsigned threads) {
  std::vector<double> sums(threads);
  std::vector<std::jthread> workers;
  for (unsigned i = 0; i < threads; ++i) {
    workers.emplace_back([&, i] {
      sums[i] =
          read_range(file, file.size() / threads * i,
                     i + 1 == threads ? file.size() : file.size() / threads * (i + 1));
    });
  }
  workers.clear();
  return static_cast<std::size_t>(sums[0] != sums[0]);
}

std::size_t read_rows(const FileSource& file, const std::string& format, unsigned threads) {
  const table::Input input{"file", &file};
  const table::Dataset data = table::read_dataset(
      {&input, 1},
      {.format = table::parse_content_type(format), .threads = static_cast<int>(threads)});
  return data.features.rows;
}

// Of this program alone: getrusage's figure begins with that of the process that started it.
long peak_kib() {
  std::ifstream status("/proc/self/status");
  const std::string name = "VmHWM:";
  for (std::string word; status >> word;) {
    long kib = 0;
    if (word == name && status >> kib) return kib;
  }
  return 0;
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

void measure(const std::string& format, unsigned threads, const char* path) {
  const FileSource file(path);
  const auto began = std::chrono::steady_clock::now();
  const std::size_t rows =
      format == "from_chars" ? read_plainly(file, threads) : read_rows(file, format, threads);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  std::printf(R"({"wall_s": %.4f, "cpu_s": %.4f, "rows": %zu, "peak_kib": %ld})"
              "\n",
              taken.count(), seconds_of(used.ru_utime) + seconds_of(used.ru_stime), rows,
              peak_kib());
}

}  // namespace
}  // namespace millrace::bench

int main(int count, char** words) {
  if (count != 4) return 2;
  try {
    millrace::bench::measure(words[1], static_cast<unsigned>(std::max(1, std::atoi(words[2]))),
                             words[3]);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
