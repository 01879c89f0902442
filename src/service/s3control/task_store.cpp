#include "service/s3control/task_store.hpp"

#include <array>

namespace millrace::service::s3control {

namespace {

using store::Connection;
using store::Row;

enum State : std::int64_t { open_state, succeeded_state, failed_state };

constexpr std::array<std::string_view, 1> steps = {R"sql(
  CREATE TABLE s3control_task (
    job TEXT NOT NULL, number INTEGER NOT NULL,
    bucket TEXT NOT NULL, key TEXT NOT NULL, version TEXT NOT NULL,
    state INTEGER NOT NULL DEFAULT 0, status INTEGER NOT NULL DEFAULT 0,
    code TEXT NOT NULL DEFAULT '', message TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (job, number)) WITHOUT ROWID;
  CREATE INDEX s3control_task_by_state ON s3control_task (job, state, number);
)sql"};

Task task_of(const Row& row) {
  return {.number = row[0].integer(),
          .bucket = row[1].text(),
          .key = row[2].text(),
          .version = row[3].text()};
}

}  // namespace

TaskStore::TaskStore(store::Database& database) : database_(database) {
  database_.declare({.name = "s3control", .steps = steps});
}

void TaskStore::add(std::string_view job, const std::vector<Task>& tasks) {
  database_.write([&](Connection& connection) {
    for (const Task& task : tasks) {
      connection.run(
          "INSERT INTO s3control_task (job, number, bucket, key, version) VALUES (?, ?, ?, ?, ?)",
          job, task.number, task.bucket, task.key, task.version);
    }
  });
}

void TaskStore::clear(std::string_view job) {
  database_.write([&](Connection& connection) { clear_in(connection, job); });
}

void TaskStore::clear_in(Connection& connection, std::string_view job) {
  connection.run("DELETE FROM s3control_task WHERE job = ?", job);
}

void TaskStore::settle_in(Connection& connection, std::string_view job,
                          const std::vector<Outcome>& outcomes) {
  for (const Outcome& outcome : outcomes) {
    const State state = outcome.succeeded ? succeeded_state : failed_state;
    connection.run(
        "UPDATE s3control_task SET state = ?, status = ?, code = ?, message = ? WHERE job = ? AND "
        "number = ?",
        std::int64_t{state}, outcome.status, outcome.code, outcome.message, job, outcome.number);
  }
}

std::vector<Task> TaskStore::open(std::string_view job, std::int64_t after, std::int64_t limit) {
  return database_.read([&](Connection& connection) {
    std::vector<Task> tasks;
    for (const Row& row : connection.query(
             "SELECT number, bucket, key, version FROM s3control_task WHERE job = ? AND state = ? "
             "AND number > ? ORDER BY number LIMIT ?",
             job, std::int64_t{open_state}, after, limit)) {
      tasks.push_back(task_of(row));
    }
    return tasks;
  });
}

std::vector<SettledTask> TaskStore::settled(std::string_view job, bool succeeded,
                                            std::int64_t after, std::int64_t limit) {
  const State state = succeeded ? succeeded_state : failed_state;
  return database_.read([&](Connection& connection) {
    std::vector<SettledTask> tasks;
    for (const Row& row :
         connection.query("SELECT number, bucket, key, version, status, code, message FROM "
                          "s3control_task WHERE job = ? AND state = ? AND number > ? ORDER BY "
                          "number LIMIT ?",
                          job, std::int64_t{state}, after, limit)) {
      SettledTask settled{.task = task_of(row), .outcome = Outcome{}};
      settled.outcome = Outcome{.number = settled.task.number,
                                .succeeded = succeeded,
                                .status = static_cast<int>(row[4].integer()),
                                .code = row[5].text(),
                                .message = row[6].text()};
      tasks.push_back(std::move(settled));
    }
    return tasks;
  });
}

}  // namespace millrace::service::s3control
