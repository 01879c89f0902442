#include "process/piped_child.hpp"

#include "base/files.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <utility>

namespace millrace::process {
namespace {

constexpr std::size_t feed_step = 256 * 1024;

using Ends = std::pair<Descriptor, Descriptor>;

// A socket and no pipe: writing to a child that has gone must not raise a signal.
Ends make_sockets() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw base::FileError(errno, "socketpair");
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

void make_nonblocking(int descriptor) {
  ::fcntl(descriptor, F_SETFL, ::fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

class SpawnPlan {
 public:
  SpawnPlan(int input, int output, const std::string& folder) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
    posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    posix_spawnattr_setflags(
        &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }
  pid_t start(const PipedChildSpec& spec) const {
    std::vector<std::string> words = spec.arguments;
    words.insert(words.begin(), spec.program);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    char* environment[] = {nullptr};  // the server's own may hold credentials
    pid_t id = -1;
    const int error = ::posix_spawn(&id, spec.program.c_str(), &actions_, &attributes_,
                                    arguments.data(), environment);
    if (error != 0) throw base::FileError(error, spec.program);
    return id;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

}  // namespace

PipedChild::PipedChild(const PipedChildSpec& spec, std::string first,
                       std::unique_ptr<base::Reader> input)
    : input_(std::move(input)), pending_(std::move(first)) {
  auto [ours, its_input] = make_sockets();
  auto [from, its_output] = make_sockets();
  id_ = SpawnPlan(its_input.get(), its_output.get(), spec.folder).start(spec);
  to_child_ = std::move(ours);
  from_child_ = std::move(from);
  make_nonblocking(to_child_.get());
  make_nonblocking(from_child_.get());
}

PipedChild::~PipedChild() {
  ::kill(id_, SIGKILL);
  while (::waitpid(id_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void PipedChild::stop_feeding() {
  to_child_.close();
  input_.reset();
  pending_.clear();
}

void PipedChild::refill() {
  if (!to_child_ || fed_ < pending_.size()) return;
  pending_.resize(feed_step);
  fed_ = 0;
  pending_.resize(input_->read(pending_.data(), pending_.size()));
  if (pending_.empty()) stop_feeding();
}

void PipedChild::feed() {
  while (to_child_) {
    refill();
    if (!to_child_) return;
    const ssize_t sent =
        ::send(to_child_.get(), pending_.data() + fed_, pending_.size() - fed_, MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return;
    if (sent < 0 && errno == EINTR) continue;
    // It needs no more, or has gone: what it says tells which.
    if (sent < 0) return stop_feeding();
    fed_ += static_cast<std::size_t>(sent);
    if (!output_.empty()) return;
  }
}

void PipedChild::take_output() {
  const std::size_t held = output_.size();
  output_.resize(held + feed_step);
  const ssize_t got = ::recv(from_child_.get(), output_.data() + held, feed_step, 0);
  output_.resize(held + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) has_ended_ = true;
}

std::optional<base::Frame> PipedChild::next(std::chrono::milliseconds wait) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  while (true) {
    if (auto frame = base::take_frame(output_)) return frame;
    const auto size = base::frame_size(output_);
    if (size && *size > base::frame_limit) has_ended_ = true;
    if (has_ended_) return std::nullopt;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return std::nullopt;
    refill();
    pollfd both[] = {{.fd = from_child_.get(), .events = POLLIN, .revents = 0},
                     {.fd = to_child_.get(), .events = POLLOUT, .revents = 0}};
    if (::poll(both, to_child_ ? 2 : 1, static_cast<int>(left.count())) <= 0) continue;
    if (both[0].revents != 0) take_output();
    if (both[1].revents != 0) feed();
  }
}

}  // namespace millrace::process
