// The tasks of batch jobs as rows, until the job's report is written: who restarts goes on after
// those that are settled.
#pragma once

#include "service/s3control/tasks.hpp"
#include "store/database.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace millrace::service::s3control {

struct SettledTask {
  Task task;
  Outcome outcome;
};

class TaskStore {
 public:
  explicit TaskStore(store::Database& database);

  void add(std::string_view job, const std::vector<Task>& tasks);
  void clear(std::string_view job);
  // Inside a write that also changes the job.
  static void clear_in(store::Connection& connection, std::string_view job);
  static void settle_in(store::Connection& connection, std::string_view job,
                        const std::vector<Outcome>& outcomes);
  // The next ones behind this number that nothing came of yet, in their order.
  [[nodiscard]] std::vector<Task> open(std::string_view job, std::int64_t after,
                                       std::int64_t limit);
  [[nodiscard]] std::vector<SettledTask> settled(std::string_view job, bool succeeded,
                                                 std::int64_t after, std::int64_t limit);

 private:
  store::Database& database_;
};

}  // namespace millrace::service::s3control
