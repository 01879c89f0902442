// The completion of an asynchronous act: exactly one answer, whoever gives it, and a failure when
// nobody does.
#pragma once

#include "aws/request_life.hpp"

#include <atomic>
#include <memory>

namespace millrace::aws {

class LaterAnswer final : public Completion {
 public:
  explicit LaterAnswer(std::shared_ptr<RequestLife> life) : life_(std::move(life)) {}
  ~LaterAnswer() override;
  LaterAnswer(const LaterAnswer&) = delete;
  LaterAnswer& operator=(const LaterAnswer&) = delete;
  void answer(base::Value value) override;
  void fail(std::exception_ptr error) override;

 private:
  std::shared_ptr<RequestLife> life_;  // shared: the request lives until it is answered
  std::atomic<bool> is_answered_ = false;
};

}  // namespace millrace::aws
