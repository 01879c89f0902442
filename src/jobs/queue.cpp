// Fairness over accounts, first come first served within one.
#include "jobs/queue.hpp"

#include "base/assert.hpp"

#include <algorithm>
#include <tuple>

namespace millrace::jobs {

void Queue::push(const std::string& account, const std::string& id) {
  accounts_[account].waiting.push_back(id);
}

bool Queue::remove(const std::string& account, const std::string& id) {
  const auto found = accounts_.find(account);
  if (found == accounts_.end()) return false;
  const bool removed = std::erase(found->second.waiting, id) > 0;
  drop_idle(account);
  return removed;
}

std::optional<std::string> Queue::take() {
  if (held_ >= slots_) return std::nullopt;
  auto next = accounts_.end();
  for (auto at = accounts_.begin(); at != accounts_.end(); ++at) {
    if (at->second.waiting.empty()) continue;
    const auto rank = [](const Account& account) {
      return std::tuple(account.running, account.served);
    };
    if (next == accounts_.end() || rank(at->second) < rank(next->second)) next = at;
  }
  if (next == accounts_.end()) return std::nullopt;
  std::string id = std::move(next->second.waiting.front());
  next->second.waiting.pop_front();
  next->second.served = ++turn_;
  hold(next->first);
  return id;
}

void Queue::hold(const std::string& account) {
  ++accounts_[account].running;
  ++held_;
}

void Queue::release(const std::string& account) {
  MILLRACE_ASSERT(held_ > 0 && accounts_[account].running > 0);
  --accounts_[account].running;
  --held_;
  drop_idle(account);
}

std::size_t Queue::waiting() const {
  std::size_t count = 0;
  for (const auto& [name, account] : accounts_) count += account.waiting.size();
  return count;
}

void Queue::drop_idle(const std::string& account) {
  const auto found = accounts_.find(account);
  if (found->second.waiting.empty() && found->second.running == 0) accounts_.erase(found);
}

}  // namespace millrace::jobs
