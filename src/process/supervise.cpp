// The supervisor is one thread over poll: signals, the work's output, the server's words, and two
// deadlines.
#include "process/supervise.hpp"

#include "base/files.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "process/archive.hpp"
#include "process/folder.hpp"
#include "process/log_file.hpp"
#include "process/log_pace.hpp"
#include "process/work.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <utility>
#include <vector>

namespace millrace::process {
namespace {

constexpr std::size_t clients_limit = 8;
constexpr std::size_t read_size = 64 * 1024;
constexpr int pieces_in_pipe = 16;  // a pipe holds a mebibyte at most
constexpr base::Milliseconds longest_wait{60'000};
constexpr const char* model_archive = "/output/model.tar.gz";
constexpr const char* output_archive = "/output/output.tar.gz";

Descriptor take_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&signals, number);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  return Descriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

std::string read_failure(const std::string& folder) {
  const Descriptor file(::open((folder + "/output/failure").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return {};
  std::string text(failure_limit, '\0');
  const ssize_t got = ::read(file.get(), text.data(), text.size());
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return base::as_utf8(text);
}

class Supervisor {
 public:
  Supervisor(std::string folder, Handover handover, const base::Clock& clock)
      : folder_(std::move(folder)),
        spec_(std::move(handover.spec)),
        clock_(clock),
        lock_(handover.lock),
        listener_(handover.listener),
        signals_(take_signals()),
        log_(folder_, spec_.limits.log_bytes),
        pace_(spec_.limits.log_lines_per_second, spec_.limits.log_bytes_per_second) {
    // What the work leaves behind comes to us, to be ended with it.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  }

  void run() {
    if (begin()) {
      while (work_.id > 0) turn();
      pack();
    }
    state_.phase = Phase::ended;
    state_.ended = clock_.wall();
    publish();
    sync();
  }

 private:
  bool begin() {
    try {
      work_ = start_work(spec_, folder_);
    } catch (const base::FileError& error) {
      state_.error = std::string("the work cannot be started: ") + error.what();
      return false;
    }
    for (const int descriptor : spec_.descriptors) ::close(descriptor);
    state_.started = clock_.wall();
    if (spec_.limits.runtime.count() > 0) runtime_ends_ = clock_.steady() + spec_.limits.runtime;
    publish();
    return true;
  }

  // Waits for whatever comes first and deals with it.
  void turn() {
    std::vector<pollfd> watched = {
        {signals_.get(), POLLIN, 0},
        {rest_ends_ ? -1 : work_.output.get(), POLLIN, 0},
        {clients_.size() < clients_limit ? listener_.get() : -1, POLLIN, 0}};
    const std::size_t first_client = watched.size();
    for (const Descriptor& client : clients_) watched.push_back({client.get(), POLLIN, 0});
    if (::poll(watched.data(), watched.size(), wait_ms()) < 0 && errno != EINTR)
      throw base::FileError(errno, "poll");
    if (watched[1].revents != 0) take_output();
    if (watched[0].revents != 0) take_signal();
    for (std::size_t at = watched.size(); at-- > first_client;) {
      if (watched[at].revents != 0) hear(at - first_client);
    }
    if (watched[2].revents != 0) accept_client();
    keep_time();
  }

  int wait_ms() const {
    auto wait = longest_wait;
    for (const auto& moment : {runtime_ends_, grace_ends_, rest_ends_}) {
      if (!moment) continue;
      wait = std::min(wait, std::chrono::ceil<base::Milliseconds>(*moment - clock_.steady()));
    }
    return static_cast<int>(std::max(wait.count(), base::Milliseconds::rep{0}));
  }

  void keep_time() {
    if (work_.id < 0) return;
    if (rest_ends_ && clock_.steady() >= *rest_ends_) rest_ends_.reset();
    if (runtime_ends_ && clock_.steady() >= *runtime_ends_) stop(StopReason::runtime);
    if (grace_ends_ && clock_.steady() >= *grace_ends_) {
      grace_ends_.reset();
      ::kill(-work_.id, SIGKILL);
    }
  }

  void stop(StopReason reason) {
    if (state_.phase != Phase::running) return;
    state_.phase = Phase::stopping;
    state_.stop_reason = reason;
    runtime_ends_.reset();
    grace_ends_ = clock_.steady() + spec_.limits.stop_grace;
    ::kill(-work_.id, SIGTERM);
    publish();
  }

  // One piece of it, so that a work that prints without end holds up nothing else; false when there
  // is none.
  bool take_output() {
    char buffer[read_size];
    const ssize_t got = ::read(work_.output.get(), buffer, sizeof buffer);
    if (got == 0) work_.output.close();  // a closed one would wake each poll
    if (got <= 0) return false;
    const std::string_view piece(buffer, static_cast<std::size_t>(got));
    log_.take(piece, clock_.wall());
    pace_.took(piece, clock_.steady());
    rest_ends_ = pace_.rests_until();
    if (rest_ends_) say_that_work_waits();
    tell(message::log_grew);
    return true;
  }

  void say_that_work_waits() {
    if (std::exchange(said_that_work_waits_, true)) return;
    log_.line("[the log takes " + std::to_string(spec_.limits.log_lines_per_second) +
                  " lines and " + std::to_string(spec_.limits.log_bytes_per_second) +
                  " bytes a second: what prints more waits]",
              clock_.wall());
  }

  void take_signal() {
    signalfd_siginfo signal;
    while (::read(signals_.get(), &signal, sizeof signal) == sizeof signal) {
      if (signal.ssi_signo == SIGTERM) stop(StopReason::asked);
    }
    reap();
  }

  void reap() {
    int status = 0;
    for (pid_t ended = ::waitpid(-1, &status, WNOHANG); ended > 0;
         ended = ::waitpid(-1, &status, WNOHANG)) {
      if (ended == work_.id) work_ended(status);
    }
  }

  void work_ended(int status) {
    ::kill(-work_.id, SIGKILL);  // whatever it started and left
    work_.id = -1;
    for (int piece = 0; work_.output && piece < pieces_in_pipe && take_output(); ++piece) {
    }
    log_.end(clock_.wall());
    state_.work_ended = clock_.wall();
    if (WIFEXITED(status)) state_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) state_.signal = WTERMSIG(status);
    state_.failure = read_failure(folder_);
    tell(message::log_grew);
  }

  void accept_client() {
    Descriptor client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (client) clients_.push_back(std::move(client));
  }

  void hear(std::size_t at) {
    char words[16];
    const ssize_t got = ::recv(clients_[at].get(), words, sizeof words, 0);
    if (got == 0 || (got < 0 && errno != EAGAIN)) {
      clients_.erase(clients_.begin() + static_cast<std::ptrdiff_t>(at));
      return;
    }
    for (ssize_t word = 0; word < got; ++word) {
      if (words[word] == message::stop) stop(StopReason::asked);
      if (words[word] == message::kill) kill_now();
    }
  }

  void kill_now() {
    stop(StopReason::asked);
    grace_ends_ = clock_.steady();
  }

  // A client that does not listen loses nothing: a message only says that there is something to
  // read.
  void tell(char word) {
    for (const Descriptor& client : clients_)
      ::send(client.get(), &word, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
  }

  void publish() {
    write_state(folder_, state_);
    // One may have connected before it was listened to.
    accept_client();
    tell(message::state_changed);
  }

  void pack() {
    const bool has_model = worth_keeping() && !is_empty_folder(folder_ + "/model");
    const bool has_output = !is_empty_folder(folder_ + "/output/data");
    if (!spec_.pack || !(has_model || has_output)) return;
    state_.phase = Phase::packing;
    publish();
    try {
      std::filesystem::create_directories(folder_ + "/output");
      if (has_model) state_.model_bytes = pack_into("/model", model_archive);
      if (has_output) state_.output_bytes = pack_into("/output/data", output_archive);
    } catch (const std::exception& error) {
      state_.error = std::string("the artifacts cannot be packed: ") + error.what();
    }
  }

  // For a server that was away, and after a loss of power: one that listens is taking the artifacts
  // by now.
  void sync() {
    base::SystemFiles files;
    if (state_.model_bytes) files.open(folder_ + model_archive, base::Open::read)->sync();
    if (state_.output_bytes) files.open(folder_ + output_archive, base::Open::read)->sync();
    if (state_.model_bytes || state_.output_bytes) files.sync_folder(folder_ + "/output");
    state_.synced = true;
    write_state(folder_, state_);
  }

  // A model is taken from work that ended well, or was told to end.
  bool worth_keeping() const {
    return state_.exit_code == 0 || state_.stop_reason != StopReason::none;
  }

  std::int64_t pack_into(const char* from, const char* to) {
    return static_cast<std::int64_t>(pack_folder(folder_ + from, folder_ + to));
  }

  std::string folder_;
  Spec spec_;
  const base::Clock& clock_;
  Descriptor lock_;
  Descriptor listener_;
  Descriptor signals_;
  LogWriter log_;
  LogPace pace_;
  bool said_that_work_waits_ = false;
  Work work_;
  State state_;
  std::vector<Descriptor> clients_;
  std::optional<std::chrono::nanoseconds> runtime_ends_;
  std::optional<std::chrono::nanoseconds> grace_ends_;
  std::optional<std::chrono::nanoseconds> rest_ends_;  // nothing is read from the work until then
};

// Lock and socket must not reach the work.
void keep_from_children(int descriptor) { ::fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

}  // namespace

int supervise(const std::string& folder, const base::Clock& clock) {
  base::SystemFiles files;
  const Handover handover =
      handover_from(base::parse_json(base::read_file(files, folder + "/spec.json")));
  keep_from_children(handover.lock);
  keep_from_children(handover.listener);
  ::setsid();
  const pid_t child = ::fork();
  if (child != 0) return child < 0 ? 1 : 0;
  try {
    Supervisor(folder, handover, clock).run();
  } catch (const std::exception&) {
    // The lock falls without a final state: the server calls the work lost.
    ::_exit(1);
  }
  ::_exit(0);
}

}  // namespace millrace::process
