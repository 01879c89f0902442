// Who runs next: the account with the fewest running jobs, and among its jobs the one that came
// first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

namespace millrace::jobs {

class Queue {
 public:
  explicit Queue(std::size_t slots) : slots_(slots) {}

  void push(const std::string& account, const std::string& id);
  bool remove(const std::string& account, const std::string& id);  // false when it does not wait
  // The next one, which then holds a slot until `release`; nothing while all slots are held or
  // nobody waits.
  [[nodiscard]] std::optional<std::string> take();
  void hold(
      const std::string& account);  // a slot for work that runs already, though all may be taken
  void release(const std::string& account);
  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Account {
    std::deque<std::string> waiting;
    std::size_t running = 0;
    std::uint64_t served = 0;  // the turn at which it was last given a slot
  };
  void drop_idle(const std::string& account);

  std::size_t slots_;
  std::size_t held_ = 0;
  std::uint64_t turn_ = 0;
  std::map<std::string, Account> accounts_;
};

}  // namespace millrace::jobs
