// A loop's thread, its queue and its timers.
#include "http/loop.hpp"

#include "http/connection.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>

namespace millrace::http {

namespace {

// sendfile cannot be told to leave the signal out. Only this thread blocks it, so that children
// made by others are not affected.
void block_broken_pipe_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

// What a thread runs is the thread's own, as its id is.
Loop*& loop_of_thread() {
  thread_local Loop* loop = nullptr;
  return loop;
}

}  // namespace

Loop* Loop::current() { return loop_of_thread(); }

Loop::Loop(std::shared_ptr<Core> core)
    : core_(std::move(core)),
      wheel_(now_s()),
      scratch_(std::make_unique_for_overwrite<char[]>(scratch_bytes)),
      asks_(poller_, scratch()) {}

Loop::~Loop() { finish(); }

void Loop::start() {
  thread_ = std::thread([this] { run(); });
}

void Loop::run() {
  block_broken_pipe_signal();
  loop_of_thread() = this;
  poller_.run();
}

void Loop::finish() {
  poller_.stop();
  if (thread_.joinable()) thread_.join();
  const auto dropped = poller_.close();
  close_connections(true);
  asks_.shut_down();
  connections_.clear();
  timers().clear();
}

void Loop::adopt(int descriptor, std::string remote) {
  // The wheel stands while there are no connections; a deadline set on one that stands is long past
  // when it turns again.
  if (!ticking_) wheel_.turn(now_s());
  connections_.push_front(std::make_unique<Connection>(*this, descriptor, std::move(remote)));
  connections_.front()->place = connections_.begin();
  load_.fetch_add(1, std::memory_order_relaxed);
  core_->connections.fetch_add(1, std::memory_order_relaxed);
  if (!ticking_) tick();
  connections_.front()->advance();
}

void Loop::release(Connection& connection) {
  load_.fetch_sub(1, std::memory_order_relaxed);
  core_->connections.fetch_sub(1, std::memory_order_relaxed);
  connections_.erase(connection.place);
}

void Loop::close_connections(bool all) {
  std::vector<Connection*> closing;
  for (const auto& connection : connections_) {
    if (all || connection->idle()) closing.push_back(connection.get());
  }
  // Closing one never destroys another.
  for (Connection* connection : closing) connection->abort();
}

void Loop::close_an_idle_one() {
  const auto found = std::find_if(connections_.rbegin(), connections_.rend(),
                                  [](const auto& connection) { return connection->idle(); });
  if (found != connections_.rend()) (*found)->abort();
}

void Loop::tick() {
  wheel_.turn(now_s());
  ticking_ = !connections_.empty();
  if (!ticking_) return;
  timers().after(std::chrono::seconds(1), [this] { tick(); });
}

const std::string& Loop::date() {
  const base::Timestamp now = core_->clock.wall();
  const std::int64_t second =
      std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
  if (second != date_s_) {
    date_ = base::http_date(now);
    date_s_ = second;
  }
  return date_;
}

std::int64_t Loop::now_s() const {
  return std::chrono::duration_cast<std::chrono::seconds>(core_->clock.steady()).count();
}

}  // namespace millrace::http
