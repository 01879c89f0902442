// The tables lie in anonymous memory that the child maps: columns one after another, as CatBoost
// takes them without copying.
#include "learn/catboost/trainer.hpp"

#include "base/json.hpp"
#include "learn/catboost/trainer_program.hpp"
#include "learn/contract_environment.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

namespace millrace::learn::catboost {
namespace {

constexpr int wrong_input = 3;  // WRONG_INPUT of trainer.py
constexpr int look_for_stop_ms = 50;
constexpr std::size_t failure_bytes = 4096;

[[noreturn]] void fail(const std::string& what) {
  throw AlgorithmError(what + ": " + std::generic_category().message(errno));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;

  [[nodiscard]] int get() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(std::exchange(number_, -1));
  }

 private:
  int number_;
};

// Inherited by the child.
Descriptor make_memory(const char* name) {
  Descriptor made(::memfd_create(name, 0));
  if (made.get() < 0) fail("memory for the trainer");
  return made;
}

void transpose(const table::Matrix& rows, float* out) {
  constexpr std::size_t tile = 64;
  for (std::size_t first = 0; first < rows.rows; first += tile) {
    const std::size_t last = std::min(rows.rows, first + tile);
    for (std::size_t column = 0; column < rows.columns; ++column) {
      for (std::size_t row = first; row < last; ++row)
        out[column * rows.rows + row] = rows.values[row * rows.columns + column];
    }
  }
}

// The features, column by column, then the labels; `rows` becomes empty.
Descriptor make_table(table::Dataset& rows) {
  const std::size_t features = rows.features.rows * rows.features.columns;
  const std::size_t bytes = (features + rows.labels.size()) * sizeof(float);
  Descriptor made = make_memory("millrace-table");
  if (::ftruncate(made.get(), static_cast<off_t>(bytes)) != 0) fail("memory for the trainer");
  void* const mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, made.get(), 0);
  if (mapped == MAP_FAILED) fail("memory for the trainer");
  auto* const numbers = static_cast<float*>(mapped);
  transpose(rows.features, numbers);
  std::memcpy(numbers + features, rows.labels.data(), rows.labels.size() * sizeof(float));
  ::munmap(mapped, bytes);
  rows = {};
  return made;
}

void write_all(const Descriptor& file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(file.get(), bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) fail("memory for the trainer");
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
}

// Hashes, ascending, and their texts.
Descriptor make_texts(const CategoryTexts::Map& texts) {
  const std::map<std::uint32_t, std::string> sorted(texts.begin(), texts.end());
  base::List hashes;
  base::List words;
  for (const auto& [hash, text] : sorted) {
    hashes.emplace_back(std::int64_t{hash});
    words.emplace_back(text);
  }
  Descriptor made = make_memory("millrace-texts");
  write_all(made, base::write_json(
                      base::Map{{"hashes", std::move(hashes)}, {"texts", std::move(words)}}));
  return made;
}

base::List numbers(const std::vector<std::size_t>& columns) {
  base::List list;
  for (const std::size_t column : columns) list.emplace_back(static_cast<std::int64_t>(column));
  return list;
}

base::Map describe(const table::Dataset& rows) {
  return base::Map{{"rows", static_cast<std::int64_t>(rows.features.rows)},
                   {"columns", static_cast<std::int64_t>(rows.features.columns)}};
}

// Holds the program and the mark that asks for an end; gone at the end.
class Scratch {
 public:
  Scratch() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "millrace-catboost-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) fail(pattern);
    path_ = pattern;
    std::ofstream(program(), std::ios::binary) << trainer_program();
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] std::filesystem::path program() const { return path_ / "trainer.py"; }
  [[nodiscard]] std::filesystem::path stop() const { return path_ / "stop"; }

 private:
  std::filesystem::path path_;
};

// Between fork and exec. Asked to stop is we alone, who then ask the child by a file: the signals
// of our group must not end it.
[[noreturn]] void become_trainer(char* const* arguments, pid_t parent, int output) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  ::signal(SIGTERM, SIG_IGN);
  ::signal(SIGINT, SIG_IGN);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

pid_t start(const std::filesystem::path& python, const std::filesystem::path& program,
            const std::string& task, int output) {
  // -E and -s: the user's own variables and packages do not change what is trained.
  std::vector<std::string> words = {python, "-E", "-s", "-u", program, task};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) fail("starting the trainer");
  if (child == 0) become_trainer(arguments.data(), parent, output);
  return child;
}

// Whole lines of the child's output, as they come.
class Lines {
 public:
  explicit Lines(const Training& job) : job_(job) {}

  void take(std::string_view piece) {
    kept_ += piece;
    for (std::size_t end = kept_.find('\n'); end != std::string::npos; end = kept_.find('\n')) {
      print(kept_.substr(0, end));
      kept_.erase(0, end + 1);
    }
  }
  void end() {
    if (!kept_.empty()) print(std::exchange(kept_, {}));
  }

 private:
  void print(const std::string& line) const {
    if (!line.empty()) job_.print(line);
  }

  const Training& job_;
  std::string kept_;
};

// Returns at the end of the output.
void follow(const Descriptor& output, const Scratch& scratch, const Training& job) {
  Lines lines(job);
  bool told = false;
  std::array<char, 65536> buffer{};
  while (true) {
    pollfd watched{output.get(), POLLIN, 0};
    if (::poll(&watched, 1, look_for_stop_ms) > 0) {
      const ssize_t got = ::read(output.get(), buffer.data(), buffer.size());
      if (got <= 0) break;
      lines.take({buffer.data(), static_cast<std::size_t>(got)});
    }
    if (!told && job.stopped()) {
      told = true;
      std::ofstream(scratch.stop()) << '\n';
      job.info("Stopped; the best model so far is kept");
    }
  }
  lines.end();
}

std::string read_failure(const Descriptor& failure) {
  std::string text(failure_bytes, '\0');
  const ssize_t got = ::pread(failure.get(), text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return text;
}

void wait_for(pid_t child, const Descriptor& failure) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == wrong_input)
    throw ClientError(read_failure(failure));
  throw AlgorithmError(WIFSIGNALED(status)
                           ? "CatBoost was ended by signal " + std::to_string(WTERMSIG(status))
                           : "CatBoost failed with exit code " +
                                 std::to_string(WEXITSTATUS(status)) + "; the log says more");
}

}  // namespace

std::filesystem::path environment_python() {
  const PythonEnvironment& environment = *find_environment("catboost");
  if (const auto python = python_of(environment)) return *python;
  throw ClientError(
      "CatBoost trains in a Python environment that is not there: run `millrace environment create "
      "catboost`, which fetches CatBoost " +
      std::string(environment.version) + ", then train again");
}

void run_trainer(const std::filesystem::path& python, const Task& task, table::Dataset& training,
                 table::Dataset& validation, const Training& job) {
  const Scratch scratch;
  const Descriptor failure = make_memory("millrace-failure");
  base::Map first = describe(training);
  base::Map second = describe(validation);
  const Descriptor first_table = make_table(training);
  const Descriptor second_table = make_table(validation);
  const Descriptor texts = make_texts(task.texts);
  first.set("descriptor", first_table.get());
  second.set("descriptor", second_table.get());
  const base::Map told{{"kind", task.kind},
                       {"parameters", task.parameters},
                       {"training", std::move(first)},
                       {"validation", std::move(second)},
                       {"categorical", numbers(task.categorical)},
                       {"texts", texts.get()},
                       {"model", task.model.string()},
                       {"stop", scratch.stop().string()},
                       {"failure", failure.get()}};
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail("a pipe to the trainer");
  const Descriptor output(ends[0]);
  Descriptor written(ends[1]);
  const pid_t child = start(python, scratch.program(), base::write_json(told), written.get());
  written.close();
  follow(output, scratch, job);
  wait_for(child, failure);
}

}  // namespace millrace::learn::catboost
