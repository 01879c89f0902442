// The parts of the tests' world, and the program's entry: it is its own supervisor.
#include "hosting/test_world.hpp"

#include "process/folder.hpp"
#include "process/supervise.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

namespace millrace::hosting {
namespace {

constexpr std::chrono::seconds patience{60};
const std::string account = "111111111111";
const std::string region = "us-east-1";

// Comes up only with a whole model and whole settings, as the real one does.
constexpr const char* model_server = R"(#!/bin/sh
read -r version rest < model/version || exit 1
grep -q '}' input/config/work.json || exit 1
echo "serving $version"
printf %s "$version" > answer && mv answer invocations.sock
exec sleep 600
)";

std::string arn_of(const std::string& name) {
  return "arn:aws:sagemaker:" + region + ":" + account + ":endpoint/" + name;
}

}  // namespace

void FakeClient::send(
    http::Ask ask,
    std::function<void(std::optional<http::ClientReply>, std::optional<http::ClientError>)> done) {
  using Kind = http::ClientError::Kind;
  base::SystemFiles files;
  try {
    done(http::ClientReply{.status = 200, .body = base::read_file(files, ask.socket_path)}, {});
  } catch (const base::FileError& error) {
    done({}, http::ClientError{.kind = Kind::refused, .what = error.what()});
  }
}

store::Key key_of(const std::string& name) { return key_of(account, region, name); }

bool eventually(const std::function<bool()>& holds) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

World::World(base::Files& on_disk) : disk(on_disk) {
  const std::string program = folder.path() / "work";
  std::ofstream(program) << model_server;
  ::chmod(program.c_str(), 0700);
  std::filesystem::create_directories(folder.path() / "endpoints");
  come_back();
}

World::~World() {
  close();
  end_model_servers();
}

void World::end_model_servers() {
  process::Supervision other("/proc/self/exe");
  for (const std::string& replica : replicas()) {
    if (other.adopt(folder_of(replica), [](process::News) {}) != process::Found::running) continue;
    other.stop(folder_of(replica), true);
    EXPECT_TRUE(eventually([&] { return bool(process::try_lock(folder_of(replica))); }));
  }
}

void World::come_back() {
  database = store::open_database(disk, {.path = "/data/db"});
  records = std::make_unique<store::Records>(*database);
  logs = std::make_unique<telemetry::Logs>(*database, clock);
  supervision = std::make_unique<process::Supervision>("/proc/self/exe");
  endpoints =
      std::make_unique<Endpoints>(Endpoints::Parts{.database = *database,
                                                   .records = *records,
                                                   .changes = changes,
                                                   .logs = *logs,
                                                   .clock = clock,
                                                   .log = operator_log,
                                                   .client = client,
                                                   .disk_pause = std::chrono::milliseconds(5)},
                                  replica_parts());
  endpoints->restore();
}

Replicas::Parts World::replica_parts() {
  return {.random = random,
          .objects = objects,
          .authority = authority,
          .supervision = *supervision,
          .client = client,
          .root = folder.path() / "endpoints",
          .work_program = folder.path() / "work"};
}

void World::close() {
  endpoints.reset();
  supervision.reset();
  logs.reset();
  records.reset();
  database.reset();
}

void World::put_model(int version, std::size_t size) {
  objects.put_text("models/" + std::to_string(version) + "/version",
                   std::to_string(version) + " " + std::string(size, 'x') + "\n");
}

Variant World::variant(int version) const {
  return {.name = "all",
          .model_name = "model",
          .image = "image",
          .algorithm = "fake",
          .version = "1",
          .artifact = Artifact{.uri = "s3://bucket/models/" + std::to_string(version) + "/",
                               .packed = false},
          .role_arn = "arn:aws:iam::" + account + ":role/r",
          .instance_type = "ml.m5.large"};
}

Endpoint World::plan(const std::string& name, int version) const {
  return {.account = account,
          .region = region,
          .name = name,
          .arn = arn_of(name),
          .config_name = std::to_string(version),
          .created = clock.service(),
          .modified = clock.service(),
          .variants = {variant(version)}};
}

std::optional<int> World::answer(const std::string& name) {
  std::promise<std::optional<int>> answered;
  endpoints->invoke(arn_of(name), {}, [&](std::variant<Invoked, NotInvoked> result) {
    const auto* const invoked = std::get_if<Invoked>(&result);
    answered.set_value(invoked == nullptr ? std::nullopt
                                          : std::optional(std::stoi(invoked->reply.body)));
  });
  return answered.get_future().get();
}

std::vector<std::string> World::replicas() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "endpoints"))
    names.push_back(entry.path().filename());
  return names;
}

std::string World::folder_of(const std::string& replica) const {
  return folder.path() / "endpoints" / replica;
}

void World::kill(const std::string& replica) { supervision->stop(folder_of(replica), true); }

}  // namespace millrace::hosting

int main(int argc, char** argv) {
  if (argc == 4 && std::string(argv[1]) == "supervise") {
    return millrace::process::supervise(argv[3], millrace::base::SystemClock());
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
