#include "table/in_order.hpp"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace millrace::table {
namespace {

class Run {
 public:
  explicit Run(const Steps& steps) : steps_(steps) {}

  void serve(std::size_t worker) {
    while (const auto step = take(worker)) join(worker, *step, attempt(worker, *step));
  }

  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  struct Step {
    std::size_t number = 0;
    std::exception_ptr failure;  // of taking it
  };

  std::optional<Step> take(std::size_t worker) {
    const std::scoped_lock lock(taking_);
    if (ended_) return {};
    Step step{.number = taken_};
    try {
      if (!steps_.take(worker)) ended_ = true;
    } catch (...) {
      ended_ = true;
      step.failure = std::current_exception();
    }
    if (ended_ && !step.failure) return {};
    ++taken_;
    return step;
  }

  std::exception_ptr attempt(std::size_t worker, const Step& step) {
    if (step.failure) return step.failure;
    try {
      steps_.work(worker);
      return {};
    } catch (...) {
      return std::current_exception();
    }
  }

  void join(std::size_t worker, const Step& step, std::exception_ptr failure) {
    std::unique_lock lock(joining_);
    turn_.wait(lock, [&] { return joined_ == step.number; });
    if (!failure && !failure_) failure = attempt_join(worker);
    if (failure && !failure_) fail(failure);
    ++joined_;
    turn_.notify_all();
  }

  std::exception_ptr attempt_join(std::size_t worker) {
    try {
      steps_.join(worker);
      return {};
    } catch (...) {
      return std::current_exception();
    }
  }

  void fail(const std::exception_ptr& failure) {
    failure_ = failure;
    const std::scoped_lock lock(taking_);
    ended_ = true;
  }

  const Steps& steps_;
  std::mutex taking_;  // guards taken_ and ended_
  std::size_t taken_ = 0;
  bool ended_ = false;
  std::mutex joining_;  // guards joined_ and failure_
  std::condition_variable turn_;
  std::size_t joined_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

void run_in_order(std::size_t workers, const Steps& steps) {
  Run run(steps);
  {
    std::vector<std::jthread> others;
    for (std::size_t worker = 1; worker < workers; ++worker)
      others.emplace_back([&run, worker] { run.serve(worker); });
    run.serve(0);
  }
  run.rethrow();
}

}  // namespace millrace::table
