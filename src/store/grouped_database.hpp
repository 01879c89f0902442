// The database as it is built: one writer, some readers. Without its thread a test decides when
// groups are committed.
#pragma once

#include "store/database.hpp"
#include "store/vfs.hpp"
#include "store/writer.hpp"

#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace millrace::store {

class GroupedDatabase final : public Database {
 public:
  GroupedDatabase(base::Files& files, const DatabaseOptions& options);
  ~GroupedDatabase() override;

  // From here on a thread of its own commits; before, each write commits what waits on the caller's
  // thread.
  void start();
  [[nodiscard]] Writer& writer() { return writer_; }

  void declare(const Schema& schema) override;
  void write_group(const std::function<void(Connection&)>& change) override;
  void read_snapshot(const std::function<void(Connection&)>& look) override;
  [[nodiscard]] bool failed() const override { return writer_.failed(); }
  // The database as it is at one instant, while it is written to, as a new file that is durable
  // when this returns; throws StoreError.
  void copy_to(base::Files& files, const std::string& path);
  void join(GroupMember& member) override { writer_.join(member); }
  void leave(GroupMember& member) override { writer_.leave(member); }

 private:
  void sync_log();
  void prepare_file();
  void make_file();
  [[nodiscard]] std::unique_ptr<SqliteConnection> take_reader();
  void give_back(std::unique_ptr<SqliteConnection> reader);

  base::Files& files_;
  const DatabaseOptions options_;
  std::unique_ptr<base::File> lock_;  // keeps other processes out
  Vfs vfs_;
  Writer writer_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<SqliteConnection>> readers_;  // those not in use; guarded by mutex_
  std::jthread thread_;
};

}  // namespace millrace::store
