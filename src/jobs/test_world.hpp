// A world for tests of the engine: a store on disk, objects in memory, an authority that denies on
// command, and shell scripts for work.
#pragma once

#include "base/testing/faulty_files.hpp"
#include "base/time.hpp"
#include "jobs/jobs.hpp"
#include "objects/testing/fakes.hpp"
#include "process/test_folder.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace millrace::jobs {

// The system's, set wrong by hand; its steady hand is nobody's to set.
class SetClock final : public base::Clock {
 public:
  void set_wrong_by(base::Milliseconds by) { wrong_by_ms_ = by.count(); }
  [[nodiscard]] base::Timestamp wall() const override {
    return real_.wall() + base::Milliseconds(wrong_by_ms_);
  }
  [[nodiscard]] std::chrono::nanoseconds steady() const override { return real_.steady(); }
  [[nodiscard]] base::Timestamp service() const override { return wall(); }

 private:
  base::SystemClock real_;
  std::atomic<std::int64_t> wrong_by_ms_ = 0;
};

class World {
 public:
  // `script` is the work's program; it runs in the job's folder. The database lies on
  // `database_disk`, which outlives the world, or on the real one.
  explicit World(const std::string& script, std::size_t slots = 2,
                 base::Files* database_disk = nullptr);

  // A new server on the same data: what was in memory is gone, and what runs goes on.
  void restart();
  void leave() { jobs.reset(); }
  void close();
  void come_back();

  [[nodiscard]] Job plan(const std::string& name,
                         const std::string& account = "111111111111") const;
  void create(const Job& job) { jobs->create(job, {}); }
  // The job as soon as `holds` is true of it; fails the test when it never is.
  [[nodiscard]] Job until(const Job& job, const std::function<bool(const Job&)>& holds);
  [[nodiscard]] Job until_final(const Job& job);
  [[nodiscard]] std::string log(const Job& job, std::int64_t host = 1);
  [[nodiscard]] std::string work_folder(const Job& job);

  process::TestFolder folder;
  base::SystemFiles disk;
  base::testing::FaultyFiles files;  // of the database
  SetClock clock;
  base::SystemRandom random;
  base::StderrLog operator_log{base::Level::error};
  objects::testing::FakeAuthority authority;
  objects::testing::FakeObjects objects{folder.path()};
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::Records> records;
  std::unique_ptr<telemetry::Logs> logs;
  std::unique_ptr<telemetry::Metrics> metrics;
  store::Changes changes;
  std::unique_ptr<process::Supervision> supervision;
  std::unique_ptr<Jobs> jobs;

 private:
  const std::string database_path_;
  std::size_t slots_;
};

}  // namespace millrace::jobs
