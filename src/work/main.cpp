// The program `millrace-work`: what a job's or model server's child runs, with the heavy libraries
// linked in.
#include "work/columns.hpp"
#include "work/hand/commands.hpp"
#include "work/select.hpp"
#include "work/serve.hpp"
#include "work/train.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::string_view usage = R"(usage: millrace-work COMMAND

  train ALGORITHM ...              train by hand: `millrace train --help`
  predict ALGORITHM ...            predict by hand: `millrace predict --help`
  train --root DIR                 train as DIR/input/config asks, into DIR/model
  serve --root DIR --socket PATH   answer for the model in DIR/model on a socket
  select                           answer a query of S3 Select, between two pipes
  columns                          write rows as Parquet or ORC, between two pipes

The folder's contract is in src/work/README.md. What the server starts ends with it.
)";

constexpr const char* wait_policy = "OMP_WAIT_POLICY";

// Threads that wait for the next parallel region must sleep, not spin: other jobs share the cores.
// OpenMP reads the variable when it is loaded, so a process that was started without it starts
// itself again.
void sleep_between_parallel_regions(char** arguments) {
  if (std::getenv(wait_policy)) return;
  setenv(wait_policy, "passive", 1);
  execv("/proc/self/exe", arguments);
  std::perror("millrace-work");
  std::exit(1);
}

void block(std::initializer_list<int> numbers) {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : numbers) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

[[noreturn]] void refuse(const std::string& why) {
  std::fprintf(stderr, "millrace-work: %s\n%s", why.c_str(), usage.data());
  std::exit(2);
}

std::map<std::string, std::string> parse_options(int count, char** arguments) {
  std::map<std::string, std::string> options;
  for (int i = 2; i < count; i += 2) {
    const std::string name = arguments[i];
    if (name != "--root" && name != "--socket") refuse("there is no option '" + name + "'");
    if (i + 1 == count) refuse(name + " needs a value");
    options[name] = arguments[i + 1];
  }
  return options;
}

int run(const std::string& command, std::map<std::string, std::string> options, char** arguments) {
  if (!options.contains("--root")) refuse("--root is missing");
  if (command == "train") {
    sleep_between_parallel_regions(arguments);
    block({SIGTERM});
    return millrace::work::train(options["--root"]);
  }
  if (command != "serve") refuse("there is no command '" + command + "'");
  if (!options.contains("--socket")) refuse("--socket is missing");
  block({SIGTERM});
  return millrace::work::serve(options["--root"], options["--socket"]);
}

// What the server asks for names a folder; all else is somebody at a terminal.
bool is_by_hand(int count, char** arguments) {
  const std::string_view command = arguments[1];
  return command == "predict" ||
         (command == "train" && (count < 3 || std::string_view(arguments[2]) != "--root"));
}

int run_by_hand(int count, char** arguments) {
  sleep_between_parallel_regions(arguments);
  block({SIGTERM, SIGINT});
  const std::vector<std::string_view> words(arguments + 2, arguments + count);
  return std::string_view(arguments[1]) == "train" ? millrace::work::hand::train(words)
                                                   : millrace::work::hand::predict(words);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2 || std::string_view(arguments[1]) == "--help") {
    std::fputs(usage.data(), stdout);
    return count < 2 ? 2 : 0;
  }
  if (is_by_hand(count, arguments)) return run_by_hand(count, arguments);
  // Their pipes end them, whichever of the server's threads made them.
  if (std::string_view(arguments[1]) == "select") return millrace::work::select();
  if (std::string_view(arguments[1]) == "columns") return millrace::work::columns();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  return run(arguments[1], parse_options(count, arguments), arguments);
}
