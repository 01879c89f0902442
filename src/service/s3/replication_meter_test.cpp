// What replication's meter puts to CloudWatch and to the log group of its events.
#include "service/s3/replication_meter.hpp"

#include "base/json.hpp"
#include "objects/testing/replicas.hpp"

#include <gtest/gtest.h>

namespace millrace::service::s3 {
namespace {

using objects::testing::account;
using objects::testing::Replicas;
using objects::testing::rule;

constexpr const char* timed = R"(,"Metrics":{"Status":"Enabled","EventThreshold":{"Minutes":15}},)"
                              R"("ReplicationTime":{"Status":"Enabled","Time":{"Minutes":15}})";

class ReplicationMeterTest : public ::testing::Test {
 protected:
  ReplicationMeterTest() {
    world.make("to");
    world.make("from", {{"replication", Replicas::document(rule("to", 1, "", timed))}});
  }

  // Of the whole time so far.
  telemetry::Bucketed statistic(const char* name) {
    const auto found = metrics.statistics(
        scope, {.metric = telemetry::MetricId{.space = "AWS/S3",
                                              .name = name,
                                              .dimensions = {{"DestinationBucket", "to"},
                                                             {"RuleId", "to"},
                                                             {"SourceBucket", "from"}}},
                .from = began,
                .to = began + std::chrono::days(1),
                .period_s = 24 * 60 * 60,
                .unit = std::nullopt});
    return found.empty() ? telemetry::Bucketed() : found.front();
  }

  std::vector<std::string> events() {
    std::vector<std::string> told;
    for (const telemetry::StoredEvent& event : logs.filter(scope, {.group = "/aws/s3/replication",
                                                                   .streams = {},
                                                                   .stream_prefix = {},
                                                                   .from = {},
                                                                   .to = {},
                                                                   .position = {}})) {
      const base::Value parsed = base::parse_json(event.message);
      const base::Value record = parsed.find("Records")->list().front();
      const base::Value* reason = record.find("replicationEventData")->find("failureReason");
      told.push_back(record.find("eventName")->text() + " " +
                     record.find("s3")->find("object")->find("key")->text() +
                     (reason == nullptr ? "" : " " + reason->text()));
    }
    return told;
  }

  base::testing::MemoryFiles files;
  base::SeededRandom random{1};
  Replicas world{files, random};
  telemetry::Metrics metrics{world.database};
  telemetry::Logs logs{world.database, world.clock};
  ReplicationMeter meter{
      {.objects = *world.objects, .metrics = metrics, .logs = logs, .clock = world.clock}};
  objects::Replicator replicator{*world.objects, world.authority, world.log, &meter};
  const telemetry::Scope scope{.account = account, .region = "us-east-1"};
  const base::Timestamp began =
      std::chrono::floor<std::chrono::minutes>(world.clock.service()) - std::chrono::hours(1);
};

TEST_F(ReplicationMeterTest, TellsWhatWaitsAndWhatCameLate) {
  world.put("a", std::string(1000, 'a'));
  world.clock.advance(std::chrono::minutes(10));
  world.put("b", "b");
  world.clock.advance(std::chrono::minutes(10));
  meter.publish(false);
  EXPECT_EQ(statistic("OperationsPendingReplication").maximum, 2);
  EXPECT_EQ(statistic("BytesPendingReplication").maximum, 1001);
  EXPECT_EQ(statistic("ReplicationLatency").maximum, 1200);
  EXPECT_EQ(events(), (std::vector<std::string>{"Replication:OperationMissedThreshold a"}));
  // Once a minute, and of each once.
  meter.publish(false);
  EXPECT_EQ(statistic("OperationsPendingReplication").count, 1);
  world.clock.advance(std::chrono::minutes(1));
  meter.publish(false);
  EXPECT_EQ(statistic("OperationsPendingReplication").count, 2);
  EXPECT_EQ(events().size(), 1U);

  replicator.run();
  EXPECT_EQ(events().back(), "Replication:OperationReplicatedAfterThreshold a");
  world.clock.advance(std::chrono::minutes(1));
  meter.publish(false);
  EXPECT_EQ(statistic("OperationsPendingReplication").minimum, 0);
  EXPECT_EQ(statistic("OperationsFailedReplication").sum, 0);
  EXPECT_EQ(statistic("OperationsFailedReplication").count, 2);
}

TEST_F(ReplicationMeterTest, TellsWhatFailsAndWhy) {
  world.put("well");
  replicator.run();
  world.authority.denied = {"s3:ReplicateObject"};
  world.put("refused");
  replicator.run();
  EXPECT_EQ(events(),
            (std::vector<std::string>{
                "Replication:OperationFailedReplication refused DstPutObjectNotPermitted"}));
  EXPECT_EQ(statistic("OperationsFailedReplication").count, 0);
  meter.publish(true);
  EXPECT_EQ(statistic("OperationsFailedReplication").sum, 1);
  EXPECT_EQ(statistic("OperationsFailedReplication").count, 2);
  EXPECT_EQ(statistic("OperationsPendingReplication").maximum, 0);
}

TEST_F(ReplicationMeterTest, MeasuresRulesThatAskForIt) {
  world.objects->set_setting(world.alice, {.bucket = "from", .kind = "replication", .id = {}},
                             Replicas::document(rule("to", 1)));
  world.put("a");
  meter.publish(true);
  world.authority.denied = {"sts:AssumeRole"};
  replicator.run();
  meter.publish(true);
  EXPECT_EQ(world.status("from", "a"), "FAILED");
  EXPECT_EQ(statistic("OperationsPendingReplication").count, 0);
  EXPECT_EQ(statistic("OperationsFailedReplication").count, 0);
  EXPECT_TRUE(logs.groups(scope, "", "", 10).empty());
}

}  // namespace
}  // namespace millrace::service::s3
