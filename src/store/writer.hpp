// The one writer: changes that wait together share a transaction and its sync.
#pragma once

#include "store/sqlite_connection.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace millrace::store {

class Writer {
 public:
  using Change = std::function<void(Connection&)>;

  // A change on its way. It stays where it is, and what it refers to stays alive, until `wait`
  // returned.
  struct Submission {
    explicit Submission(const Change& what) : change(what) {}
    const Change& change;
    std::exception_ptr failure;  // its own, while its group is made
    // Its own: nobody is woken for another's answer, or to wait for a lock.
    std::promise<void> answered;
    std::future<void> answer = answered.get_future();
  };

  // `limit`: changes that may wait.
  Writer(const Vfs& vfs, const std::string& path, std::size_t limit);

  void submit(
      Submission& submission);  // throws StoreError when too many wait or the writer has stopped
  void flush();                 // commits what waits, in one group; one thread at a time
  void wait(Submission& submission);  // until it was flushed; throws its failure
  // Flushes whenever something waits, until stopped and nothing waits.
  void run(const std::stop_token& stop);

  [[nodiscard]] bool failed() const;
  void join(GroupMember& member);
  void leave(GroupMember& member);
  // For opening: the connection, while nothing is submitted.
  [[nodiscard]] SqliteConnection& connection() { return connection_; }

 private:
  using Group = std::vector<Submission*>;
  using Members = std::vector<GroupMember*>;

  [[nodiscard]] std::pair<Group, Members> take_waiting();
  [[nodiscard]] std::optional<std::string> commit(const Group& group, const Members& members);
  void run_change(Submission& submission);
  static void answer(const Group& group, const std::optional<std::string>& failure);
  void gather(std::unique_lock<std::mutex>& lock, const std::stop_token& stop);
  void stop_for_good();

  const Vfs& vfs_;
  SqliteConnection connection_;  // used by the thread that flushes
  const std::size_t limit_;
  mutable std::mutex mutex_;
  std::condition_variable_any work_;
  std::condition_variable flushed_;  // for who leaves
  Group waiting_;                    // guarded by mutex_, as all below
  Members members_;
  std::size_t expected_ =
      1;  // changes that may soon wait: those answered last, and who waits since
  std::chrono::nanoseconds patience_{0};  // for them
  std::thread::id flushing_;              // the thread inside `flush`, or none
  bool has_failed_ = false;
};

}  // namespace millrace::store
