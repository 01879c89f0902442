// Flags, not a queue: several news of one kind are one.
#include "jobs/inbox.hpp"

namespace millrace::jobs {

void Inbox::tell(process::News news) {
  const std::scoped_lock guard(mutex_);
  heard_.log |= news == process::News::log;
  heard_.state |= news == process::News::state;
  heard_.gone |= news == process::News::gone;
  told_.notify_one();
}

void Inbox::ask_stop(bool at_once) {
  const std::scoped_lock guard(mutex_);
  heard_.stop = true;
  heard_.at_once |= at_once;
  at_once_ |= at_once;
  told_.notify_one();
}

void Inbox::ask_leave() {
  const std::scoped_lock guard(mutex_);
  heard_.leave = true;
  told_.notify_one();
}

Inbox::Heard Inbox::wait(std::chrono::milliseconds longest) {
  std::unique_lock guard(mutex_);
  told_.wait_for(guard, longest, [this] { return heard_.anything(); });
  const Heard heard = heard_;
  heard_ = {.leave = heard.leave};
  return heard;
}

Inbox::Heard Inbox::look() {
  const std::scoped_lock guard(mutex_);
  return heard_;
}

bool Inbox::gone_within(std::chrono::milliseconds longest) {
  std::unique_lock guard(mutex_);
  return told_.wait_for(guard, longest, [this] { return heard_.gone; });
}

bool Inbox::hurries_within(std::chrono::milliseconds longest) {
  std::unique_lock guard(mutex_);
  return told_.wait_for(guard, longest, [this] { return heard_.leave || at_once_; });
}

}  // namespace millrace::jobs
