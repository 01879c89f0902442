// Level-triggered: what is reported and nobody waits for is not heard of until somebody does.
#include "http/poller.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace millrace::http {

namespace {

constexpr std::uint32_t to_read = EPOLLIN;
constexpr std::uint32_t to_write = EPOLLOUT;

epoll_event report_of(std::uint32_t events, Watch* watch) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = watch;
  return event;
}

int checked(int descriptor) {
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "epoll");
  return descriptor;
}

}  // namespace

Poller::Poller()
    : epoll_(checked(::epoll_create1(EPOLL_CLOEXEC))), wake_(::eventfd(0, EFD_CLOEXEC)) {
  // At its edges: it need not be read.
  epoll_event event = report_of(EPOLLIN | EPOLLET, nullptr);
  if (wake_ >= 0 && ::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) == 0) return;
  const int error = errno;
  if (wake_ >= 0) ::close(wake_);
  ::close(epoll_);
  throw std::system_error(error, std::generic_category(), "eventfd");
}

Poller::~Poller() {
  ::close(wake_);
  ::close(epoll_);
}

void Poller::run() {
  thread_ = std::this_thread::get_id();
  while (!stopped_.load()) {
    wait();
    timers_.fire();
    run_posted();
  }
}

void Poller::wait() {
  const int count = ::epoll_wait(epoll_, events_.data(), events_in_round, patience_ms());
  count_ = static_cast<std::size_t>(std::max(count, 0));  // interrupted by a signal: none
  for (std::size_t i = 0; i < count_; ++i) {
    if (events_[i].data.ptr == nullptr) continue;
    static_cast<Watch*>(events_[i].data.ptr)->happened(events_[i].events);
  }
  count_ = 0;
}

int Poller::patience_ms() {
  {
    const std::lock_guard lock(mutex_);
    if (!posted_.empty()) return 0;
  }
  return timers_.until_next_ms();
}

void Poller::run_posted() {
  std::vector<std::function<void()>> batch;
  {
    const std::lock_guard lock(mutex_);
    batch.swap(posted_);
  }
  for (auto& work : batch) {
    work();
    work = nullptr;
  }
}

void Poller::post(std::function<void()> work) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    first = posted_.empty();
    posted_.push_back(std::move(work));
  }
  // One wake-up for all that gathers until the next round, and none where a round is under way.
  if (first && !here()) wake();
}

void Poller::stop() {
  stopped_ = true;
  wake();
}

void Poller::wake() {
  const std::uint64_t one = 1;
  static_cast<void>(::write(wake_, &one, sizeof one));
}

std::vector<std::function<void()>> Poller::close() {
  thread_ = std::this_thread::get_id();
  const std::lock_guard lock(mutex_);
  closed_ = true;
  return std::exchange(posted_, {});
}

// A watch that ends may be in the round that is being told.
void Poller::forget(const Watch& watch) {
  for (std::size_t i = 0; i < count_; ++i) {
    if (events_[i].data.ptr == &watch) events_[i].data.ptr = nullptr;
  }
}

void Watch::wait_readable() {
  waits_readable_ = true;
  hear_of(heard_ | to_read);
}

void Watch::wait_writable() {
  waits_writable_ = true;
  hear_of(heard_ | to_write);
}

void Watch::stop_waiting() { waits_readable_ = waits_writable_ = false; }

void Watch::close() {
  if (descriptor_ < 0) return;
  stop_waiting();
  // A child that has not begun its own program yet may still have the descriptor, and then closing
  // it here would not take it out.
  hear_of(0);
  poller_.forget(*this);
  ::close(std::exchange(descriptor_, -1));
}

void Watch::hear_of(std::uint32_t events) {
  if (events == heard_) return;
  const int change = heard_ == 0 ? EPOLL_CTL_ADD : events == 0 ? EPOLL_CTL_DEL : EPOLL_CTL_MOD;
  epoll_event event = report_of(events, this);
  // What the system cannot watch wakes nobody; deadlines end it.
  static_cast<void>(::epoll_ctl(poller_.epoll_, change, descriptor_, &event));
  heard_ = events;
}

// Told of one thing at a time, as the waiter may end it; the other is reported again.
void Watch::happened(std::uint32_t events) {
  if (waits_readable_ && (events & ~to_write) != 0) {
    waits_readable_ = false;
    return waiter_.readable();
  }
  if (waits_writable_ && (events & ~to_read) != 0) {
    waits_writable_ = false;
    return waiter_.writable();
  }
  hear_of((waits_readable_ ? to_read : 0U) | (waits_writable_ ? to_write : 0U));
}

}  // namespace millrace::http
