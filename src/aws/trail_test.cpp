// The record of what was decided: found by id, bounded in time and memory, written to a file.
#include "aws/trail.hpp"

#include "aws/fakes_for_test.hpp"
#include "base/json.hpp"
#include "base/testing/memory_files.hpp"
#include "base/text.hpp"
#include "base/virtual_clock.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

class TrailTest : public ::testing::Test {
 protected:
  Decided decided(const std::string& id, std::vector<Use> allowed) {
    return {.time = clock.service(),
            .request_id = id,
            .operation = "s3:GetObject",
            .account = "123456789012",
            .principal = "arn:aws:iam::123456789012:user/ann",
            .access_key_id = "AKIDEXAMPLE",
            .source_ip = "127.0.0.1",
            .status = 200,
            .allowed = std::move(allowed)};
  }
  Decided refused(const std::string& id, std::size_t padding = 0) {
    Decided one = decided(id, {});
    one.status = 403;
    one.error = "AccessDenied";
    one.message = "Access Denied";
    Denial denial;
    denial.question.principal.arn = one.principal;
    denial.question.action = "s3:GetObject";
    denial.question.resource = "arn:aws:s3:::b/k";
    denial.question.conditions = {{"aws:SourceIp", {"127.0.0.1"}},
                                  {"s3:prefix", {std::string(padding, 'x')}}};
    denial.decision.policy_kind = "identity-based policy";
    one.denied.push_back(std::move(denial));
    return one;
  }

  base::ManualClock clock;
  testing::SilentLog log;
  base::testing::MemoryFiles files;  // which a recording writes until the trail goes
  Trail trail{clock, log};
};

const std::vector<Use> two_uses = {{.action = "s3:GetObject", .resource = "arn:aws:s3:::b/k"},
                                   {.action = "s3:ListBucket", .resource = "arn:aws:s3:::b"}};

TEST_F(TrailTest, FindsARequestWithAllThatItAskedFor) {
  trail.add(decided("one", two_uses));
  trail.add(refused("two"));
  const auto one = trail.find("one");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->allowed, two_uses);
  EXPECT_EQ(one->operation, "s3:GetObject");
  EXPECT_EQ(one->access_key_id, "AKIDEXAMPLE");
  EXPECT_EQ(one->source_ip, "127.0.0.1");
  EXPECT_EQ(one->status, 200);
  const auto two = trail.find("two");
  ASSERT_TRUE(two);
  EXPECT_EQ(two->error, "AccessDenied");
  EXPECT_EQ(two->message, "Access Denied");
  ASSERT_EQ(two->denied.size(), 1U);
  EXPECT_EQ(two->denied[0].question.conditions.at("aws:SourceIp"),
            std::vector<std::string>{"127.0.0.1"});
  EXPECT_EQ(two->denied[0].decision.policy_kind, "identity-based policy");
  EXPECT_FALSE(trail.find("three"));
}

TEST_F(TrailTest, CutsALongMessageAtACharactersBorder) {
  Decided one = refused("one");
  for (const std::size_t before : {509U, 510U, 511U, 512U}) {
    one.request_id = std::to_string(before);
    one.message = std::string(before, 'x') + "\u20AC and more";
    trail.add(one);
    const std::string kept = trail.find(one.request_id)->message;
    EXPECT_TRUE(base::is_utf8(kept)) << before;
    EXPECT_EQ(kept, one.message.substr(0, before == 509 ? 512 : before));
  }
}

TEST_F(TrailTest, ForgetsAfterAnHour) {
  trail.add(refused("old"));
  clock.advance(std::chrono::minutes(60));
  EXPECT_TRUE(trail.find("old"));
  clock.advance(std::chrono::seconds(1));
  EXPECT_FALSE(trail.find("old"));
  EXPECT_TRUE(trail.denied(10).empty());
  EXPECT_TRUE(trail.uses({}).empty());
}

TEST_F(TrailTest, ListsRefusalsNewestFirst) {
  for (const char* id : {"a", "b", "c"}) trail.add(refused(id));
  trail.add(decided("d", two_uses));
  const auto denied = trail.denied(2);
  ASSERT_EQ(denied.size(), 2U);
  EXPECT_EQ(denied[0].request_id, "c");
  EXPECT_EQ(denied[1].request_id, "b");
}

TEST_F(TrailTest, KeepsRequestsInTheirBytesAndTheNewestOfThem) {
  const std::string key(1000, 'k');
  const std::size_t many = Trail::requests_bytes_limit / key.size() + 10;
  for (std::size_t i = 0; i < many; ++i)
    trail.add(decided(std::to_string(i), {{.action = "s3:GetObject", .resource = key}}));
  EXPECT_FALSE(trail.find("0"));
  EXPECT_TRUE(trail.find(std::to_string(many - 1)));
  EXPECT_TRUE(trail.find(std::to_string(many / 2)));
}

TEST_F(TrailTest, KeepsRefusalsInTheirBytes) {
  const std::size_t size = 100'000;
  const std::size_t many = Trail::denials_bytes_limit / size + 10;
  for (std::size_t i = 0; i < many; ++i) trail.add(refused(std::to_string(i), size));
  EXPECT_TRUE(trail.find("0")->denied.empty());
  EXPECT_FALSE(trail.find(std::to_string(many - 1))->denied.empty());
  EXPECT_LT(trail.denied(many).size(), Trail::denials_bytes_limit / size + 1);
}

TEST_F(TrailTest, OfARefusedBatchKeepsNoMoreThanItsPart) {
  Decided batch = refused("batch", 100'000);
  for (int i = 0; i < 100; ++i) batch.denied.push_back(batch.denied[0]);
  trail.add(batch);
  const auto found = trail.find("batch");
  EXPECT_GT(found->denied.size(), 1U);
  EXPECT_LT(found->denied.size(), 20U);
}

TEST_F(TrailTest, ToldOfAPrincipalGivesItsUsesOnce) {
  trail.add(decided("one", two_uses));
  trail.add(decided("two", two_uses));
  Decided of_role = decided("three", {{.action = "s3:PutObject", .resource = "*"}});
  of_role.principal = "arn:aws:sts::123456789012:assumed-role/r/s";
  of_role.role = "arn:aws:iam::123456789012:role/r";
  trail.add(of_role);
  EXPECT_EQ(trail.uses({.principal = "arn:aws:iam::123456789012:user/ann"}), two_uses);
  EXPECT_EQ(trail.uses({.principal = of_role.role}), of_role.allowed);
  EXPECT_EQ(trail.uses({.principal = of_role.principal}), of_role.allowed);
  EXPECT_EQ(trail.uses({}).size(), 3U);
  EXPECT_TRUE(
      trail.uses({.principal = {}, .since = clock.service() + std::chrono::seconds(1)}).empty());
}

TEST_F(TrailTest, RecordsEachRequestAsALineThatSaysWhatItUsed) {
  files.make_folders("/r");
  trail.record_to(files, "/r/record");
  trail.add(decided("one", two_uses));
  trail.add(refused("two"));
  const std::string text = base::read_file(files, "/r/record");
  const auto lines = base::split(text, '\n');
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(uses_in(lines[0], {}), two_uses);
  EXPECT_EQ(uses_in(lines[0], {.principal = "arn:aws:iam::123456789012:user/bob"})->size(), 0U);
  EXPECT_EQ(uses_in(lines[1], {})->size(), 0U);
  EXPECT_EQ(base::parse_json(lines[1]).find("denied")->list().size(), 1U);
  EXPECT_FALSE(uses_in("{", {}));
  EXPECT_FALSE(uses_in("{}", {}));
}

TEST_F(TrailTest, GoesOnBehindWhatIsRecordedAlready) {
  files.make_folders("/r");
  base::replace_file(files, "/r/record", "{}\n");
  trail.record_to(files, "/r/record");
  trail.add(decided("one", two_uses));
  const std::string text = base::read_file(files, "/r/record");
  EXPECT_TRUE(text.starts_with("{}\n{"));
}

TEST_F(TrailTest, EndsARecordingAtItsBound) {
  files.make_folders("/r");
  trail.record_to(files, "/r/record", 1000);
  for (const char* id : {"one", "two", "three", "four", "five"}) trail.add(decided(id, two_uses));
  const std::string text = base::read_file(files, "/r/record");
  EXPECT_LE(text.size(), 1000U);
  EXPECT_TRUE(text.ends_with("}\n"));
  EXPECT_GE(base::split(text, '\n').size(), 3U);
  EXPECT_TRUE(trail.find("five"));
}

}  // namespace
}  // namespace millrace::aws
