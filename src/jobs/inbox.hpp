// What a running job's thread waits for: news of its work, a wish to stop it, or the server's
// leaving.
#pragma once

#include "process/supervision.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace millrace::jobs {

constexpr std::chrono::seconds supervisor_patience{5};  // from the end of work to its own

class Inbox {
 public:
  struct Heard {
    bool log = false;
    bool state = false;
    bool gone = false;
    bool stop = false;
    bool at_once = false;  // with stop: without grace
    bool leave = false;    // the work goes on without us; stays set
    [[nodiscard]] bool anything() const { return log || state || gone || stop || leave; }
  };

  void tell(process::News news);
  void ask_stop(bool at_once);
  void ask_leave();
  // All that was told since the last call; empty when the time has passed.
  [[nodiscard]] Heard wait(std::chrono::milliseconds longest);
  [[nodiscard]] Heard look();  // without waiting or taking
  // Whether the supervisor's end is told within the time; takes nothing.
  [[nodiscard]] bool gone_within(std::chrono::milliseconds longest);
  // Whether there is no more time, as the server leaves or the work is to end at once; takes
  // nothing.
  [[nodiscard]] bool hurries_within(std::chrono::milliseconds longest);

 private:
  std::mutex mutex_;
  std::condition_variable told_;
  Heard heard_;           // guarded by mutex_
  bool at_once_ = false;  // guarded by mutex_; stays set
};

}  // namespace millrace::jobs
