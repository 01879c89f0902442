// The server's side of supervised work: start, adopt, stop, and the news of all of it through one
// thread.
#pragma once

#include "process/descriptor.hpp"
#include "process/spec.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace millrace::process {

enum class News {
  state,  // read_state says what is new
  log,    // read_log has more
  gone,   // the supervisor ended, with a final state or without (then the work was lost); the last
          // news of a folder
};

enum class Found {
  running,  // adopted: news will come
  ended,    // read_state is final
  lost,     // it was running and is no more
  nothing,  // it was never started
};

class Supervision {
 public:
  // Called on the news' thread: must not block. News only say where to look, and several may come
  // as one.
  using Listener = std::function<void(News)>;

  // `program` is millrace itself, which `supervise --folder DIR` makes a supervisor.
  explicit Supervision(std::string program);
  ~Supervision();
  Supervision(const Supervision&) = delete;
  Supervision& operator=(const Supervision&) = delete;

  // The folder exists and is the work's alone. The spec's descriptors are open here, and may be
  // closed when it returns. Throws base::FileError when no supervisor can be started.
  void start(const std::string& folder, const Spec& spec, Listener listener);
  [[nodiscard]] Found adopt(const std::string& folder, Listener listener);

  // SIGTERM, and SIGKILL after the spec's grace; at once where `now`. No effect on what has ended.
  void stop(const std::string& folder, bool now = false);
  // No news of the folder after it returns, but those already being told; the work goes on.
  void forget(const std::string& folder);

 private:
  struct Watched {
    Descriptor socket;
    Listener listener;
  };
  // Shared: the thread tells news outside the lock while another may forget the folder.
  using WatchedPtr = std::shared_ptr<Watched>;

  void watch(const std::string& folder, Descriptor socket, Listener listener);
  void spawn(const std::string& folder, int lock, int listener) const;
  void listen(const std::stop_token& stopping);
  void hear(const std::string& folder, const WatchedPtr& watched);

  std::string program_;
  Descriptor epoll_;
  Descriptor wake_;
  std::mutex mutex_;
  std::uint64_t next_ = 1;                        // guarded by mutex_
  std::map<std::string, WatchedPtr> watched_;     // guarded by mutex_
  std::map<std::uint64_t, std::string> folders_;  // by what epoll calls them; guarded by mutex_
  std::jthread thread_;                           // last: it uses all of the above
};

}  // namespace millrace::process
