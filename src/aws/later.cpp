#include "aws/later.hpp"

#include <stdexcept>

namespace millrace::aws {

LaterAnswer::~LaterAnswer() {
  if (!is_answered_)
    life_->fail(std::make_exception_ptr(std::logic_error("an asynchronous act gave no answer")));
}

void LaterAnswer::answer(base::Value value) {
  if (is_answered_.exchange(true)) return;
  life_->guarded([this, &value] { life_->finish(std::move(value)); });
}

void LaterAnswer::fail(std::exception_ptr error) {
  if (!is_answered_.exchange(true)) life_->fail(error);
}

}  // namespace millrace::aws
