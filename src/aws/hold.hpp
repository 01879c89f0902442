// A Describe of a resource in transition, held until the transition ends (waiters) or anything
// changes (others). No thread waits.
#pragma once

#include "aws/request_life.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace millrace::aws {

// Shared: the timer, the announcement and the worker that looks again each keep it alive.
class Hold : public std::enable_shared_from_this<Hold> {
 public:
  Hold(std::shared_ptr<RequestLife> life, Answer answer, std::string arn);
  void begin(base::Milliseconds limit);

 private:
  void woken();
  void look();
  bool look_once();
  void time_is_up();
  void settle(const Answer& answer);
  void forget();

  std::shared_ptr<RequestLife> life_;
  const Answer first_;
  const std::string arn_;
  std::mutex mutex_;
  Answer latest_;                                 // guarded by mutex_
  std::optional<store::Changes::Ticket> ticket_;  // guarded by mutex_
  bool is_looking_ = false;                       // guarded by mutex_
  bool look_again_ = false;                       // guarded by mutex_
  bool is_settled_ = false;                       // guarded by mutex_
};

}  // namespace millrace::aws
