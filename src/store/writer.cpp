// Groups: taken, run change by change in savepoints, committed once, answered together.
#include "store/writer.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <utility>

namespace millrace::store {

namespace {

constexpr std::chrono::milliseconds longest_gathering{5};
constexpr const char* stopped = "the store has stopped: a write or sync of its disk failed";

}  // namespace

Writer::Writer(const Vfs& vfs, const std::string& path, std::size_t limit)
    : vfs_(vfs), connection_(vfs, path), limit_(limit) {}

void Writer::submit(Submission& submission) {
  {
    const std::lock_guard guard(mutex_);
    MILLRACE_ASSERT(flushing_ !=
                    std::this_thread::get_id());  // a write inside a write would wait for itself
    if (has_failed_) throw StoreError(stopped);
    if (waiting_.size() >= limit_) throw StoreError("too many writes are waiting");
    waiting_.push_back(&submission);
    // The others find it awake, or gathering.
    if (waiting_.size() != 1 && waiting_.size() != expected_) return;
  }
  work_.notify_one();
}

void Writer::wait(Submission& submission) { submission.answer.get(); }

void Writer::run(const std::stop_token& stop) {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      work_.wait(lock, stop, [&] { return !waiting_.empty(); });
      if (waiting_.empty()) return;
      gather(lock, stop);
    }
    const auto began = std::chrono::steady_clock::now();
    flush();
    const auto took = std::chrono::steady_clock::now() - began;
    const std::lock_guard guard(mutex_);
    patience_ = std::min<std::chrono::nanoseconds>(took / 2, longest_gathering);
  }
}

// Clients that were answered ask again, but not at once: a group that does not wait for them has
// the first few, and the others wait for its sync and for their own. Who writes alone never waits.
void Writer::gather(std::unique_lock<std::mutex>& lock, const std::stop_token& stop) {
  if (waiting_.size() >= expected_) return;
  work_.wait_for(lock, stop, patience_, [&] { return waiting_.size() >= expected_; });
}

void Writer::flush() {
  const auto [group, members] = take_waiting();
  if (group.empty()) return;
  const std::optional<std::string> failure = failed() ? stopped : commit(group, members);
  // A checkpoint after the commit may have met a failing disk: this group is durable, the next
  // cannot be.
  if (vfs_.is_broken()) stop_for_good();
  {
    const std::lock_guard guard(mutex_);
    expected_ = group.size() + waiting_.size();
  }
  answer(group, failure);
  for (GroupMember* const member : members) member->settle(!failure);
  const std::lock_guard guard(mutex_);
  flushing_ = {};
  flushed_.notify_all();
}

std::pair<Writer::Group, Writer::Members> Writer::take_waiting() {
  const std::lock_guard guard(mutex_);
  if (!waiting_.empty()) flushing_ = std::this_thread::get_id();
  return {std::exchange(waiting_, {}), members_};
}

// Why the whole group failed, if it did.
std::optional<std::string> Writer::commit(const Group& group, const Members& members) {
  std::string failure;
  bool is_committing = false;
  try {
    connection_.run("BEGIN IMMEDIATE");
    for (Submission* const submission : group) run_change(*submission);
    for (GroupMember* const member : members) member->prepare(connection_);
    is_committing = true;
    connection_.run("COMMIT");
    return std::nullopt;
  } catch (const SyncError& error) {
    failure = error.what();
    stop_for_good();
  } catch (const SqlError& error) {
    failure = error.what();
    // A full disk is found before anything is durable, and more room mends it.
    if (is_committing && error.code != SQLITE_FULL) stop_for_good();
  } catch (const std::exception& error) {
    failure = error.what();
  }
  if (!connection_.roll_back()) stop_for_good();
  return failure;
}

void Writer::run_change(Submission& submission) {
  connection_.run("SAVEPOINT change");
  try {
    submission.change(connection_);
  } catch (...) {
    submission.failure = std::current_exception();
    // On a full or failing disk SQLite gives up the transaction as a whole.
    if (!connection_.in_transaction()) throw StoreError("the disk of the store is full or failing");
    connection_.run("ROLLBACK TO change");
  }
  connection_.run("RELEASE change");
}

// Each has an exception of its own: threads that shared one would free it without having waited for
// each other.
void Writer::answer(const Group& group, const std::optional<std::string>& failure) {
  for (Submission* const submission : group) {
    // It may be gone as soon as it is answered, but not what the promise shares with who waits.
    std::promise<void> answered = std::move(submission->answered);
    if (submission->failure) {
      answered.set_exception(std::exchange(submission->failure, nullptr));
    } else if (failure) {
      answered.set_exception(std::make_exception_ptr(StoreError(*failure)));
    } else {
      answered.set_value();
    }
  }
}

void Writer::stop_for_good() {
  const std::lock_guard guard(mutex_);
  has_failed_ = true;
}

bool Writer::failed() const {
  const std::lock_guard guard(mutex_);
  return has_failed_;
}

void Writer::join(GroupMember& member) {
  const std::lock_guard guard(mutex_);
  members_.push_back(&member);
}

void Writer::leave(GroupMember& member) {
  std::unique_lock lock(mutex_);
  std::erase(members_, &member);
  flushed_.wait(lock, [&] { return flushing_ == std::thread::id(); });
}

}  // namespace millrace::store
