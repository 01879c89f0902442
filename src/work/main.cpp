// The program `millrace-work`: what a job's or model server's child runs, with the heavy libraries
// linked in.
#include "work/serve.hpp"
#include "work/train.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view usage = R"(usage: millrace-work COMMAND

  train --root DIR                 train as DIR/input/config asks, into DIR/model
  serve --root DIR --socket PATH   answer for the model in DIR/model on a socket

The folder's contract is in src/work/README.md. Both end with their parent.
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

void block_term() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
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
    block_term();
    return millrace::work::train(options["--root"]);
  }
  if (command != "serve") refuse("there is no command '" + command + "'");
  if (!options.contains("--socket")) refuse("--socket is missing");
  block_term();
  return millrace::work::serve(options["--root"], options["--socket"]);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2 || std::string_view(arguments[1]) == "--help") {
    std::fputs(usage.data(), stdout);
    return count < 2 ? 2 : 0;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  return run(arguments[1], parse_options(count, arguments), arguments);
}
