// Endpoints whose records lie on a disk of which any call fails, or which loses its power, compared
// with a model in memory: what was acknowledged is served after the next start, what was removed is
// gone, and no model server is left over.
#include "base/testing/survival.hpp"

#include "hosting/test_world.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace millrace::hosting {
namespace {

using base::testing::Expected;
using base::testing::Fault;
using base::testing::FaultyFiles;

constexpr int first_version = 1;
constexpr int second_version = 2;
constexpr int last_version = 3;

// What a model and a configuration are to the engine: records, from which endpoints are planned.
store::Key document_key(const std::string& kind, const std::string& name) {
  store::Key key = key_of(name);
  key.kind = "sagemaker/" + kind;
  return key;
}

// Of a model server's folder nothing, a model cut short, settings cut short, or all is there after
// a loss of power.
void damage(const std::filesystem::path& folder, base::Random& random) {
  const std::uint64_t chance = base::random_number(random) % 4;
  if (chance == 0) std::filesystem::remove_all(folder);
  if (chance == 1) std::ofstream(folder / "model" / "version", std::ios::trunc);
  if (chance == 2) std::ofstream(folder / "input" / "config" / "work.json", std::ios::trunc);
}

// Each process creates an endpoint, changes another over, weighs it, and removes what the one
// before had created.
class EndpointsInTransition final : public base::testing::Workload {
 public:
  void prepare(FaultyFiles& files, base::Random&) override {
    world_ = std::make_unique<World>(files);
    for (const int version : {first_version, second_version, last_version})
      world_->put_model(version);
    create("kept", first_version);
    create("old", first_version);
    ASSERT_TRUE(until_served("kept", first_version, files));
    ASSERT_TRUE(until_served("old", first_version, files));
    world_->close();
  }

  void run(FaultyFiles& files, base::Random&) override {
    try {
      world_->come_back();
    } catch (const store::StoreError&) {
      return;
    }
    document("model", ++processes_);
    document("endpoint-config", processes_);
    create("new", second_version);
    update("kept", second_version, files);
    weigh("kept", processes_ + 1);
    remove("old", files);
  }

  void end() override { world_->close(); }

  void lose_power(base::Random& random) override {
    world_->close();
    world_->end_model_servers();
    for (const std::string& replica : world_->replicas())
      damage(world_->folder_of(replica), random);
  }

  void expect_sound(FaultyFiles& files, base::Random&) override {
    world_->come_back();
    for (const std::string kind : {"model", "endpoint-config"})
      expected_.check(kind, version_of(document_key(kind, "document")));
    for (const std::string name : {"kept", "new", "old"}) expected_.check(name, served(name));
    expected_.check("weight", weight("kept"));
    update("kept", last_version, files);
    EXPECT_EQ(served("kept"), last_version);
    for (const std::string name : {"kept", "new", "old"}) remove(name, files);
    EXPECT_TRUE(eventually([&] { return world_->replicas().empty(); })) << files_left();
  }

 private:
  using Versions = Expected<int, store::StoreError>;

  std::string files_left() const {
    std::string files = "a folder is left over:";
    for (const std::string& replica : world_->replicas()) {
      for (const auto& entry :
           std::filesystem::recursive_directory_iterator(world_->folder_of(replica)))
        files += "\n" + entry.path().string();
    }
    return files;
  }

  void document(const std::string& kind, int version) {
    expected_.attempt(kind, version, [&] {
      const store::Key key = document_key(kind, "document");
      const base::Value text = base::Map{{"version", version}};
      const auto is_there = world_->records->update(
          key, world_->clock.service(), [&](store::Record& record) { record.document = text; });
      if (!is_there) world_->records->create({.key = key, .arn = kind, .document = text}, {});
    });
  }

  std::optional<int> version_of(const store::Key& key) {
    const auto record = world_->records->find(key);
    if (!record) return std::nullopt;
    return static_cast<int>(record->document.find("version")->integer());
  }

  void create(const std::string& name, int version) {
    expected_.attempt(name, version, [&] {
      if (!world_->endpoints->find(key_of(name)))
        world_->endpoints->create(world_->plan(name, version), {});
    });
  }

  // A change-over that was seen is durable; one that was begun may be, or not. The weight goes back
  // to that of the configuration.
  void update(const std::string& name, int version, const FaultyFiles& files) {
    expected_.attempt({{name, version}, {"weight", std::nullopt}}, [&] {
      const bool is_there = world_->endpoints->update(key_of(name), std::to_string(version),
                                                      {world_->variant(version)});
      EXPECT_TRUE(is_there);
      if (!until_served(name, version, files)) throw store::StoreError("not seen");
    });
  }

  void weigh(const std::string& name, int weight) {
    expected_.attempt("weight", weight, [&] {
      try {
        EXPECT_TRUE(world_->endpoints->set_weights(key_of(name), {{"all", weight}}));
      } catch (const InProgress&) {  // the change-over was not seen
        throw store::StoreError("refused");
      }
    });
  }

  void remove(const std::string& name, const FaultyFiles& files) {
    expected_.attempt(name, std::nullopt, [&] {
      if (!world_->endpoints->find(key_of(name))) return;
      until_settled(name, files);
      static_cast<void>(world_->endpoints->remove(key_of(name)));
      until(files, [&] { return !world_->endpoints->find(key_of(name)); });
    });
  }

  // Whether it came to hold before the disk or the store stopped for good; a look that fails says
  // nothing.
  bool until(const FaultyFiles& files, const std::function<bool()>& holds) {
    bool held = false;
    EXPECT_TRUE(eventually([&] {
      try {
        held = holds();
      } catch (const store::StoreError&) {
        held = false;
      }
      return held || files.is_gone() || world_->database->failed();
    })) << "neither came to be, nor could it be known";
    return held;
  }

  bool until_served(const std::string& name, int version, const FaultyFiles& files) {
    return until(files, [&] {
      const auto endpoint = world_->endpoints->find(key_of(name));
      return endpoint && endpoint->status == EndpointStatus::in_service &&
             endpoint->config_name == std::to_string(version) && world_->answer(name) == version;
    });
  }

  void until_settled(const std::string& name, const FaultyFiles& files) {
    until(files, [&] {
      const auto endpoint = world_->endpoints->find(key_of(name));
      return endpoint && (endpoint->status == EndpointStatus::in_service ||
                          endpoint->status == EndpointStatus::failed);
    });
  }

  // What it answers in the end; none when it is gone in the end.
  std::optional<int> served(const std::string& name) {
    std::optional<int> version;
    EXPECT_TRUE(eventually([&] {
      const auto endpoint = world_->endpoints->find(key_of(name));
      if (!endpoint) return true;
      version = world_->answer(name);
      return endpoint->status == EndpointStatus::in_service && version &&
             endpoint->config_name == std::to_string(*version);
    })) << name
        << " is neither served nor gone";
    return version;
  }

  std::optional<int> weight(const std::string& name) {
    const auto endpoint = world_->endpoints->find(key_of(name));
    const double weight = endpoint ? endpoint->variants.at(0).weight : 1;
    return weight == 1 ? std::nullopt : std::optional(static_cast<int>(weight));
  }

  std::unique_ptr<World> world_;
  Versions expected_;
  int processes_ = 0;
};

class EveryCall : public testing::TestWithParam<Fault> {};

TEST_P(EveryCall, MayFail) {
  base::testing::survive_each_failing_call<EndpointsInTransition>(GetParam());
}

INSTANTIATE_TEST_SUITE_P(HostingSurvival, EveryCall,
                         testing::Values(Fault::once, Fault::for_good, Fault::full));

TEST(HostingSurvival, LossesOfPower) {
  base::testing::survive_losses_of_power<EndpointsInTransition>(30, 1);
}

}  // namespace
}  // namespace millrace::hosting
