// Starting supervisors with posix_spawn, and one thread that hears all of their sockets through
// epoll.
#include "process/supervision.hpp"

#include "base/assert.hpp"
#include "base/files.hpp"
#include "base/json.hpp"
#include "process/folder.hpp"
#include "process/supervise.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>

namespace millrace::process {
namespace {

constexpr std::uint64_t wake_number = 0;
constexpr int adopt_tries = 1000;
constexpr std::chrono::milliseconds adopt_pause{2};

// A channel's files are descriptors: as many as the system lets us have.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// posix_spawn's actions and attributes for a process of a session of its own.
class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes_, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes_, &signals);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    for (const int standard : {0, 1, 2}) {
      posix_spawn_file_actions_addopen(&actions_, standard, "/dev/null",
                                       standard == 0 ? O_RDONLY : O_WRONLY, 0);
    }
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  // Duplicating a descriptor onto itself clears its close-on-exec flag in the child alone.
  void hand_over(int descriptor) {
    posix_spawn_file_actions_adddup2(&actions_, descriptor, descriptor);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

void spawn_and_wait(const std::string& program, const std::string& folder, const SpawnPlan& plan) {
  std::array<std::string, 4> words = {program, "supervise", "--folder", folder};
  std::array<char*, 5> arguments = {words[0].data(), words[1].data(), words[2].data(),
                                    words[3].data(), nullptr};
  char* environment[] = {nullptr};  // the server's own may hold credentials
  pid_t id = -1;
  const int error = ::posix_spawn(&id, program.c_str(), plan.actions(), plan.attributes(),
                                  arguments.data(), environment);
  if (error != 0) throw base::FileError(error, program);
  int status = 0;
  while (::waitpid(id, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw base::FileError(ECHILD, program + " supervise");
}

}  // namespace

Supervision::Supervision(std::string program)
    : program_(std::move(program)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  MILLRACE_ASSERT(epoll_ && wake_);
  raise_descriptor_limit();
  epoll_event event{.events = EPOLLIN, .data = epoll_data_t{.u64 = wake_number}};
  MILLRACE_ASSERT(::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) == 0);
  thread_ = std::jthread([this](const std::stop_token& stopping) { listen(stopping); });
}

Supervision::~Supervision() {
  thread_.request_stop();
  ::eventfd_write(wake_.get(), 1);
  thread_.join();
}

void Supervision::start(const std::string& folder, const Spec& spec, Listener listener) {
  const Descriptor lock = try_lock(folder);
  if (!lock) throw base::FileError(EBUSY, folder);
  const Descriptor listening = listen_in(folder);
  const Handover handover{.spec = spec, .lock = lock.get(), .listener = listening.get()};
  base::SystemFiles files;
  files.remove(folder + "/spec.json");
  files.open(folder + "/spec.json", base::Open::create_new)
      ->write_at(0, base::write_json(to_value(handover)));
  SpawnPlan plan;
  plan.hand_over(lock.get());
  plan.hand_over(listening.get());
  for (const int descriptor : spec.descriptors) plan.hand_over(descriptor);
  // Connected before anything can happen, so that no news is missed.
  Descriptor socket = connect_in(folder);
  if (!socket) throw base::FileError(ECONNREFUSED, folder);
  spawn_and_wait(program_, folder, plan);
  watch(folder, std::move(socket), std::move(listener));
}

Found Supervision::adopt(const std::string& folder, Listener listener) {
  for (int attempt = 0; attempt < adopt_tries; ++attempt) {
    if (const Descriptor lock = try_lock(folder)) {
      const auto state = read_state(folder);
      if (state && state->synced) return Found::ended;
      return state ? Found::lost : Found::nothing;
    }
    if (Descriptor socket = connect_in(folder)) {
      watch(folder, std::move(socket), std::move(listener));
      return Found::running;
    }
    // Its socket is closed and its lock not yet: it is ending right now.
    std::this_thread::sleep_for(adopt_pause);
  }
  return Found::lost;
}

void Supervision::watch(const std::string& folder, Descriptor socket, Listener listener) {
  const std::scoped_lock guard(mutex_);
  const std::uint64_t number = next_++;
  epoll_event event{.events = EPOLLIN | EPOLLRDHUP, .data = epoll_data_t{.u64 = number}};
  const int added = ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket.get(), &event);
  if (added != 0) throw base::FileError(errno, "epoll");
  folders_[number] = folder;
  watched_[folder] = std::make_shared<Watched>(Watched{std::move(socket), std::move(listener)});
}

void Supervision::stop(const std::string& folder, bool now) {
  const std::scoped_lock guard(mutex_);
  const auto found = watched_.find(folder);
  if (found == watched_.end()) return;
  const char word = now ? message::kill : message::stop;
  ::send(found->second->socket.get(), &word, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Supervision::forget(const std::string& folder) {
  const std::scoped_lock guard(mutex_);
  watched_.erase(folder);
  std::erase_if(folders_, [&](const auto& entry) { return entry.second == folder; });
}

void Supervision::listen(const std::stop_token& stopping) {
  std::array<epoll_event, 64> events;
  while (!stopping.stop_requested()) {
    const int count =
        ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    for (int at = 0; at < count; ++at) {
      std::string folder;
      WatchedPtr watched;
      {
        const std::scoped_lock guard(mutex_);
        const auto named = folders_.find(events[static_cast<std::size_t>(at)].data.u64);
        if (named == folders_.end()) continue;
        folder = named->second;
        watched = watched_[folder];
      }
      hear(folder, watched);
    }
  }
}

void Supervision::hear(const std::string& folder, const WatchedPtr& watched) {
  char words[256];
  const ssize_t got = ::recv(watched->socket.get(), words, sizeof words, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    forget(folder);
    watched->listener(News::gone);
    return;
  }
  const std::string_view heard(words, static_cast<std::size_t>(got));
  if (heard.find(message::log_grew) != std::string_view::npos) watched->listener(News::log);
  if (heard.find(message::state_changed) != std::string_view::npos) watched->listener(News::state);
}

}  // namespace millrace::process
