#include "aws/hold.hpp"

namespace millrace::aws {

Hold::Hold(std::shared_ptr<RequestLife> life, Answer answer, std::string arn)
    : life_(std::move(life)), first_(answer), arn_(std::move(arn)), latest_(std::move(answer)) {}

void Hold::begin(base::Milliseconds limit) {
  life_->exchange().after(limit, [self = shared_from_this()] { self->time_is_up(); });
  // Registering and only then looking again: a change between the first look and now is not missed.
  woken();
}

void Hold::woken() {
  {
    const std::lock_guard lock(mutex_);
    if (is_settled_) return;
    look_again_ = true;
    if (is_looking_) return;
    is_looking_ = true;
  }
  const bool accepted = life_->exchange().work([self = shared_from_this()] { self->look(); });
  if (!accepted) time_is_up();
}

void Hold::look() {
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (!look_again_ || is_settled_) {
        is_looking_ = false;
        return;
      }
      look_again_ = false;
    }
    try {
      if (look_once()) return;
    } catch (...) {
      forget();
      life_->fail(std::current_exception());
      return;
    }
  }
}

// True when the request was answered.
bool Hold::look_once() {
  if (life_->exchange().abandoned()) {
    time_is_up();  // nobody reads it, but only an answer lets the connection go
    return true;
  }
  forget();
  const auto ticket =
      life_->parts().changes.wait(arn_, [self = shared_from_this()] { self->woken(); });
  {
    const std::lock_guard lock(mutex_);
    ticket_ = ticket;
  }
  Answer answer = life_->act_once();
  const bool left = !life_->transition_of(answer) || life_->parts().holds_ended;
  if (left || (!life_->asked_by_waiter() && answer.value() != first_.value())) {
    settle(answer);
    return true;
  }
  const std::lock_guard lock(mutex_);
  latest_ = std::move(answer);
  return false;
}

void Hold::time_is_up() {
  std::unique_lock lock(mutex_);
  const Answer answer = latest_;
  lock.unlock();
  settle(answer);
}

void Hold::settle(const Answer& answer) {
  {
    const std::lock_guard lock(mutex_);
    if (is_settled_) return;
    is_settled_ = true;
  }
  forget();
  life_->guarded([&] { life_->finish(answer); });
}

void Hold::forget() {
  std::optional<store::Changes::Ticket> ticket;
  {
    const std::lock_guard lock(mutex_);
    ticket.swap(ticket_);
  }
  if (ticket) life_->parts().changes.forget(*ticket);
}

}  // namespace millrace::aws
