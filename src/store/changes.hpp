// Who waits for a resource to change is told here: held Describes, and nothing durable.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace millrace::store {

class Changes {
 public:
  using Ticket = std::uint64_t;
  // `woken` is called once, on the announcing thread and outside the lock, at the next announcement
  // for `arn`. It owns what it touches: it may be under way when it is forgotten.
  Ticket wait(std::string_view arn, std::function<void()> woken);
  void forget(Ticket ticket);  // no announcement from now on calls `woken`
  // The resource was changed and the change is durable.
  void announce(std::string_view arn);
  void announce_all();  // to everybody who waits, for whatever

 private:
  struct Waiting {
    std::string arn;
    std::function<void()> woken;
  };
  std::mutex mutex_;
  Ticket next_ = 1;                    // guarded by mutex_
  std::map<Ticket, Waiting> waiting_;  // guarded by mutex_
};

}  // namespace millrace::store
