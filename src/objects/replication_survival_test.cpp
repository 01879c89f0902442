// Each copy is made once, whatever call fails and whenever the power goes.
#include "base/testing/survival.hpp"
#include "objects/testing/replicas.hpp"

#include <gtest/gtest.h>

namespace millrace::objects {
namespace {

using base::testing::Fault;
using base::testing::FaultyFiles;
using World = testing::Replicas;

// Puts, marks and tags, each followed by the replicator; a process that dies anywhere goes on.
class CopiedOnce final : public base::testing::Workload {
 public:
  void run(FaultyFiles& files, base::Random& random) override {
    for (int step = 0; step < 6; ++step) {
      try {
        if (!world_) open(files, random);
        take_step(step);
        world_->replicator.run();
      } catch (const store::StoreError&) {
      }
    }
  }
  void end() override { world_.reset(); }

  void expect_sound(FaultyFiles& files, base::Random& random) override {
    open(files, random);
    world_->replicator.run();
    compare();
    world_->put("after");
    world_->replicator.run();
    compare();
  }

 private:
  void open(FaultyFiles& files, base::Random& random) {
    auto world = std::make_unique<World>(files, random);
    world->make_pair();
    world_ = std::move(world);
  }

  void take_step(int step) {
    const std::string key = std::to_string(step % 2);
    if (step == 3) {
      (void)world_->erase(key);
    } else if (step == 4 && world_->head("from", key)) {
      world_->tag("from", key, "new");
    } else {
      world_->put(key, std::string(step % 2 == 0 ? 20 : 20'000, 'x'));
    }
  }

  void compare() {
    const auto here = world_->versions("from");
    const auto there = world_->versions("to");
    ASSERT_EQ(here.size(), there.size());
    for (std::size_t i = 0; i < here.size(); ++i) {
      EXPECT_EQ(here[i].info.key, there[i].info.key);
      EXPECT_EQ(here[i].info.version, there[i].info.version);
      EXPECT_EQ(here[i].marker, there[i].marker);
      EXPECT_EQ(here[i].info.tags, there[i].info.tags);
      EXPECT_EQ(here[i].info.traits.replication, "COMPLETED");
      EXPECT_EQ(there[i].info.traits.replication, "REPLICA");
    }
    for (const std::string key : {"0", "1"}) {
      if (!world_->head("from", key)) continue;
      EXPECT_EQ(world_->read("to", key), world_->read("from", key));
    }
  }

  std::unique_ptr<World> world_;
};

class ReplicationSurvival : public ::testing::TestWithParam<Fault> {};

TEST_P(ReplicationSurvival, EveryCallMayFail) {
  base::testing::survive_each_failing_call<CopiedOnce>(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Replication, ReplicationSurvival,
                         ::testing::Values(Fault::once, Fault::for_good, Fault::filled));

TEST(ReplicationLosses, OfPower) { base::testing::survive_losses_of_power<CopiedOnce>(60, 2); }

}  // namespace
}  // namespace millrace::objects
