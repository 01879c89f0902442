// A world for tests of the engine: records on a disk that may fail, objects in memory, and shell
// scripts for model servers, which answer with the version of their model.
#pragma once

#include "base/testing/faulty_files.hpp"
#include "hosting/endpoints.hpp"
#include "objects/testing/fakes.hpp"
#include "process/test_folder.hpp"
#include "store/grouped_database.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace millrace::hosting {

// A model server that is up has written its answer where its socket would be.
class FakeClient final : public http::Client {
 public:
  void send(http::Ask ask,
            std::function<void(std::optional<http::ClientReply>, std::optional<http::ClientError>)>
                done) override;
};

class World {
 public:
  // The records lie on `disk`, which outlives the world.
  explicit World(base::Files& disk);
  // Nothing that it started is left.
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // A server on the data that is there. Throws store::StoreError.
  void come_back();
  // The server is killed: what runs goes on.
  void close();
  // After it was closed: all model servers end, as with the power.
  void end_model_servers();

  // The model of a version, some text that begins with it.
  void put_model(int version, std::size_t size = 0);
  [[nodiscard]] Endpoint plan(const std::string& name, int version) const;
  [[nodiscard]] Variant variant(int version) const;
  // What the endpoint answers; none while nothing does.
  [[nodiscard]] std::optional<int> answer(const std::string& name);
  // The names of the replicas' folders.
  [[nodiscard]] std::vector<std::string> replicas() const;
  [[nodiscard]] std::string folder_of(const std::string& replica) const;
  [[nodiscard]] Replicas::Parts replica_parts();
  // Kills it as it is: with its process, without the supervision's knowing.
  void kill(const std::string& replica);

  process::TestFolder folder;
  base::Files& disk;
  base::SystemClock clock;
  base::SystemRandom random;
  base::StderrLog operator_log{base::Level::error};
  objects::testing::FakeAuthority authority;
  objects::testing::FakeObjects objects{folder.path()};
  FakeClient client;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::Records> records;
  std::unique_ptr<telemetry::Logs> logs;
  store::Changes changes;
  std::unique_ptr<process::Supervision> supervision;
  std::unique_ptr<Endpoints> endpoints;
};

[[nodiscard]] store::Key key_of(const std::string& name);
// True as soon as `holds` is, and false when it does not come to be.
[[nodiscard]] bool eventually(const std::function<bool()>& holds);

}  // namespace millrace::hosting
