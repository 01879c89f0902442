// The events of a query that runs in a child.
#pragma once

#include "aws/call.hpp"
#include "process/piped_child.hpp"
#include "service/s3/service.hpp"

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <utility>

namespace millrace::service::s3 {

constexpr int select_queries_limit = 8;  // at a time

// One of the places for queries; throws Busy when all are taken.
class QueryPlace {
 public:
  explicit QueryPlace(std::atomic<int>& taken);
  QueryPlace(QueryPlace&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
  QueryPlace& operator=(QueryPlace&&) = delete;
  ~QueryPlace() {
    if (taken_ != nullptr) --*taken_;
  }

 private:
  std::atomic<int>* taken_;
};

struct SelectQuery {
  const SelectWork& work;
  aws::Map document;  // what the child is asked
  std::unique_ptr<base::Reader> object;
  std::function<void(const base::Map& stats)> tell_stats = [](const base::Map&) {};
  bool tells_progress = false;
};

class SelectEvents final : public aws::Events {
 public:
  SelectEvents(SelectQuery query, QueryPlace place);
  // Waits for the first word of the child, some seconds at most; throws its refusal.
  void begin();
  [[nodiscard]] std::optional<base::Value> next() override;

 private:
  void take(const base::Frame& frame);
  void finish(base::Map stats);

  QueryPlace place_;
  process::PipedChild child_;
  std::function<void(const base::Map& stats)> tell_stats_;
  bool tells_progress_;
  std::deque<base::Value> events_;  // made and not yet given
  std::chrono::steady_clock::time_point progress_told_;
  bool is_finished_ = false;
};

}  // namespace millrace::service::s3
