// One thread over poll: what the hosts print, their ends, and SIGTERM. They are forked, not
// executed anew, as nothing of this process is in use yet.
#include "work/hosts.hpp"

#include "work/stamped_log.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

namespace millrace::work {
namespace {

constexpr char mark = '\x1f';
constexpr int signal_base = 128;
// The supervisor cuts longer lines, and would not know whose the second piece is.
constexpr std::size_t longest_line = 32 * 1024;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

struct Pipe {
  int read_end = -1;
  int write_end = -1;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) fail("pipe");
  return {.read_end = ends[0], .write_end = ends[1]};
}

void write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string read_line(int descriptor) {
  std::string line;
  for (char c = 0;;) {
    const ssize_t got = ::read(descriptor, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) fail("the leading host is gone");
    if (c == '\n') return line;
    line += c;
  }
}

struct Host {
  int number = 0;
  pid_t process = -1;
  int output = -1;  // -1: it has ended
  std::string partial = {};
};

int exit_code(int status) {
  return WIFSIGNALED(status) ? signal_base + WTERMSIG(status) : WEXITSTATUS(status);
}

class Fleet {
 public:
  Fleet(const std::vector<int>& numbers, std::filesystem::path failure)
      : failure_(std::move(failure)), signals_(take_signals()) {
    for (const int number : numbers) hosts_.push_back({.number = number});
    words_.resize(numbers.size());
    for (std::size_t rank = 1; rank < words_.size(); ++rank) words_[rank] = make_pipe();
  }

  void start(const Act& act) {
    std::fflush(nullptr);
    const pid_t parent = ::getpid();
    for (std::size_t rank = 0; rank < hosts_.size(); ++rank) {
      const Pipe output = make_pipe();
      const pid_t process = ::fork();
      if (process < 0) fail("fork");
      if (process == 0) become(rank, output, parent, act);
      ::close(output.write_end);
      hosts_[rank].process = process;
      hosts_[rank].output = output.read_end;
    }
    for (const Pipe& pipe : words_) {
      ::close(pipe.read_end);
      ::close(pipe.write_end);
    }
  }

  int follow() {
    while (std::ranges::any_of(hosts_, [](const Host& host) { return host.output >= 0; })) turn();
    return code_;
  }

 private:
  static int take_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    const int descriptor = ::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor < 0) fail("signalfd");
    return descriptor;
  }

  // In the new process, which dies with the one that started it.
  [[noreturn]] void become(std::size_t rank, const Pipe& output, pid_t parent, const Act& act) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(1);
    ::prctl(PR_SET_NAME, host_name(hosts_[rank].number).c_str());
    if (::dup2(output.write_end, 1) < 0 || ::dup2(output.write_end, 2) < 0) ::_exit(1);
    ::close(output.read_end);
    ::close(output.write_end);
    const int code =
        act(hosts_[rank].number,
            {.count = static_cast<int>(hosts_.size()),
             .rank = static_cast<int>(rank),
             .hear_leader = [&](const std::string& line) { return hear(rank, line); }});
    std::fflush(nullptr);
    // Not `exit`, whose destructors may wait for other hosts: they hear of the end from who started
    // all.
    ::_exit(code);
  }

  std::string hear(std::size_t rank, const std::string& line) {
    if (rank > 0) return read_line(words_[rank].read_end);
    for (std::size_t other = 1; other < words_.size(); ++other)
      write_all(words_[other].write_end, line + "\n");
    return line;
  }

  void turn() {
    std::vector<pollfd> watched = {{signals_, POLLIN, 0}};
    for (const Host& host : hosts_) watched.push_back({host.output, POLLIN, 0});
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) fail("poll");
    if (watched[0].revents != 0) pass_on_signal();
    for (std::size_t at = 0; at < hosts_.size(); ++at) {
      if (watched[at + 1].revents != 0) take_output(hosts_[at]);
    }
  }

  void pass_on_signal() {
    signalfd_siginfo signal;
    while (::read(signals_, &signal, sizeof signal) == sizeof signal) send(SIGTERM);
  }

  void send(int signal) {
    for (const Host& host : hosts_) {
      if (host.output >= 0) ::kill(host.process, signal);
    }
  }

  void take_output(Host& host) {
    std::array<char, 64 * 1024> buffer;
    const ssize_t got = ::read(host.output, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) return;
    if (got <= 0) return reap(host);
    host.partial.append(buffer.data(), static_cast<std::size_t>(got));
    std::string_view rest = host.partial;
    for (std::size_t end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      say(host, rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    for (; rest.size() > longest_line; rest.remove_prefix(longest_line))
      say(host, rest.substr(0, longest_line));
    host.partial = std::string(rest);
  }

  static void say(const Host& host, std::string_view line) {
    do {
      print(line_of(host.number, line.substr(0, longest_line)));
      line.remove_prefix(std::min(line.size(), longest_line));
    } while (!line.empty());
  }

  // What it printed is at its end, and so is the process.
  void reap(Host& host) {
    if (!host.partial.empty()) say(host, host.partial);
    ::close(std::exchange(host.output, -1));
    int status = 0;
    while (::waitpid(host.process, &status, 0) < 0 && errno == EINTR) {
    }
    if (exit_code(status) == 0 || code_ != 0) return;
    code_ = exit_code(status);
    if (WIFSIGNALED(status)) {
      say_killed(host, WTERMSIG(status));
    } else {
      look_for_killed();
    }
    send(SIGKILL);
  }

  // One that fails may do so for the loss of another.
  void look_for_killed() {
    for (const Host& host : hosts_) {
      siginfo_t info{};
      const bool ended = host.output >= 0 && ::waitid(P_PID, static_cast<id_t>(host.process), &info,
                                                      WEXITED | WNOHANG | WNOWAIT) == 0;
      if (!ended || info.si_pid == 0 || info.si_code == CLD_EXITED) continue;
      code_ = signal_base + info.si_status;
      return say_killed(host, info.si_status);
    }
  }

  void say_killed(const Host& host, int signal) const {
    const std::string reason = "AlgorithmError: " + host_name(host.number) +
                               " was ended by signal " + std::to_string(signal) + " (" +
                               ::strsignal(signal) + ")";
    say(host, reason);
    std::filesystem::create_directories(failure_.parent_path());
    std::ofstream(failure_, std::ios::binary | std::ios::trunc) << reason;
  }

  std::filesystem::path failure_;
  int signals_;
  std::vector<Host> hosts_;  // by rank
  std::vector<Pipe> words_;  // of the leader to each
  int code_ = 0;
};

bool is_empty(const File& file) {
  if (file.length || file.descriptor >= 0) return file.length == std::uint64_t{0};
  std::error_code ignored;  // whoever reads it says that it is not there
  return std::filesystem::file_size(file.path, ignored) == 0;
}

bool has_data(const Spec& spec, int host) {
  return std::ranges::all_of(spec.channels, [&](const Channel& channel) {
    return std::ranges::any_of(channel.files, [&](const File& file) {
      return (file.host == 0 || file.host == host) && !is_empty(file);
    });
  });
}

}  // namespace

std::string host_name(int host) { return "algo-" + std::to_string(host); }

std::vector<int> hosts_with_data(const Spec& spec) {
  std::vector<int> hosts;
  for (int host = 1; host <= spec.hosts; ++host) {
    if (has_data(spec, host)) hosts.push_back(host);
  }
  if (hosts.empty()) hosts.push_back(1);
  return hosts;
}

Spec spec_of(const Spec& spec, int host, std::size_t hosts) {
  Spec own = spec;
  own.threads = std::max(1, spec.threads / static_cast<int>(hosts));
  for (Channel& channel : own.channels) {
    std::erase_if(channel.files,
                  [&](const File& file) { return file.host != 0 && file.host != host; });
  }
  return own;
}

std::string line_of(int host, std::string_view text) {
  if (host == 1) return std::string(text);
  return mark + std::to_string(host) + mark + std::string(text);
}

void leave_reason(const std::filesystem::path& failure, std::string_view reason) {
  std::filesystem::create_directories(failure.parent_path());
  const std::filesystem::path whole = failure.string() + "." + std::to_string(::getpid());
  std::ofstream(whole, std::ios::binary | std::ios::trunc) << reason;
  ::link(whole.c_str(), failure.c_str());  // fails where another was first
  ::unlink(whole.c_str());
}

int run_hosts(const std::vector<int>& hosts, const std::filesystem::path& failure, const Act& act) {
  Fleet fleet(hosts, failure);
  fleet.start(act);
  return fleet.follow();
}

}  // namespace millrace::work
