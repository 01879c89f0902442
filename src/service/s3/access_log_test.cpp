// Records in AWS's format, their bounds in memory, and what keeps them from their target.
#include "service/s3/access_log.hpp"

#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "objects/callers_for_test.hpp"
#include "service/s3/access_record.hpp"

#include <gtest/gtest.h>

namespace millrace::service::s3 {
namespace {

// Decides nothing: whether a permit is given is the test's matter.
class Doorkeeper final : public identity::Authority {
 public:
  policy::Decision decide(const policy::Question& question) override {
    using Effect = policy::Decision::Effect;
    asked.push_back(question);
    return {.effect = opens ? Effect::allowed : Effect::implicit_deny,
            .opened = policy::Opened{.arn = "arn:aws:s3:::target", .account = "111111111111"}};
  }
  std::optional<identity::Credential> credential(std::string_view) override { return {}; }
  policy::Principal assume(const identity::AssumeRequest&) override { return {}; }
  identity::Credential issue(const policy::Principal&, base::Timestamp) override { return {}; }
  std::optional<policy::Principal> session_of(std::string_view, std::string_view) override {
    return std::nullopt;
  }

  bool opens = true;
  std::vector<policy::Question> asked;
};

class Lines final : public base::Log {
 public:
  void write(base::Level, std::string_view line) override { all.emplace_back(line); }
  std::vector<std::string> all;
};

class AccessLogs : public testing::Test {
 protected:
  AccessLogs() {
    objects->create_bucket(
        alice, {.name = "target", .account = "111111111111", .region = "us-east-1", .created = {}},
        {});
  }

  void add(std::string_view line) { log.add(source, target, clock.service(), line); }

  std::vector<std::string> delivered() {
    std::vector<std::string> keys;
    for (const auto& object : objects->list(alice, {.bucket = "target"}).objects) {
      keys.push_back(object.key);
    }
    return keys;
  }

  const identity::Permit alice = objects::permit_of("111111111111");
  const objects::Bucket source{
      .name = "source", .account = "111111111111", .region = "us-east-1", .created = {}};
  base::testing::MemoryFiles files;
  base::SystemRandom random;
  base::ManualClock clock;
  Lines lines;
  Doorkeeper doorkeeper;
  std::unique_ptr<store::Database> database =
      store::open_database(files, {.path = "/data/millrace.db"});
  std::unique_ptr<store::Blobs> blobs = store::open_blobs(files, random, *database, "/data/blobs");
  std::unique_ptr<objects::ObjectStore> objects =
      objects::open_objects(*database, *blobs, clock, random);
  std::shared_ptr<const LogTarget> target = std::make_shared<const LogTarget>(
      parse_log_target(R"({"TargetBucket": "target", "TargetPrefix": "logs/"})"));
  AccessLog log{{.objects = *objects,
                 .authority = doorkeeper,
                 .clock = clock,
                 .random = random,
                 .log = lines}};
};

TEST_F(AccessLogs, DeliverWhatWaitedLongEnough) {
  add("one\n");
  log.deliver(false);
  EXPECT_TRUE(delivered().empty());
  clock.advance(std::chrono::minutes(5));
  add("two\n");
  log.deliver(false);
  ASSERT_EQ(delivered().size(), 1U);
  EXPECT_EQ(objects->head(alice, "target", delivered().front())->size, 8U);
  const policy::Question& question = doorkeeper.asked.back();
  EXPECT_EQ(question.principal.name, "logging.s3.amazonaws.com");
  EXPECT_EQ(question.conditions.at("aws:SourceArn").front(), "arn:aws:s3:::source");
  log.deliver(true);
  EXPECT_EQ(delivered().size(), 1U);
}

TEST_F(AccessLogs, DropWhatIsNotLetInAndSaySo) {
  doorkeeper.opens = false;
  add("one\n");
  log.deliver(true);
  doorkeeper.opens = true;
  log.deliver(true);
  EXPECT_TRUE(delivered().empty());
  ASSERT_EQ(lines.all.size(), 1U);
  EXPECT_NE(lines.all.front().find("is dropped"), std::string::npos);
}

TEST_F(AccessLogs, BoundWhatWaits) {
  const std::string record(1024 * 1024, 'r');
  for (std::size_t at = 0; at < log_records_limit / record.size(); ++at) add(record);
  EXPECT_TRUE(lines.all.empty());
  add("1");
  add("2");
  doorkeeper.opens = false;
  log.deliver(true);
  ASSERT_EQ(lines.all.size(), 2U);
  EXPECT_TRUE(lines.all.front().starts_with("2 records of S3's access logs are lost"));
  doorkeeper.opens = true;
  add("3");
  log.deliver(true);
  EXPECT_EQ(delivered().size(), 1U);
}

TEST(AccessRecord, SaysWhatIsKnownAndADashForTheRest) {
  RequestFacts facts;
  facts.bucket = "b";
  facts.operation = "S3.EXPIRE.OBJECT";
  facts.key = "a b%";
  facts.key_encoded_once = true;
  facts.requester = "AmazonS3";
  facts.received = base::Timestamp(base::Milliseconds(1'549'411'238'000));
  facts.object_size = 0;
  const std::string record = access_record(LogOwner("111111111111"), facts);
  const std::string words = record.substr(record.find(' ') + 1);
  EXPECT_EQ(words,
            "b [06/Feb/2019:00:00:38 +0000] - AmazonS3 - S3.EXPIRE.OBJECT a%20b%25 \"-\" - - - 0 - "
            "- \"-\" \"-\" - - - - - - - - -\n");
}

}  // namespace
}  // namespace millrace::service::s3
