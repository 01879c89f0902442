// An answer is made once for each version of its record, and never given for another.
#include "aws/kept_answers.hpp"

#include "base/testing/memory_files.hpp"
#include "store/grouped_database.hpp"

#include <gtest/gtest.h>

namespace millrace::aws {
namespace {

const store::Key job{.account = "1", .region = "us-east-1", .kind = "job", .name = "a"};

store::Record record_of(const store::Key& key) {
  return {.key = key, .arn = "arn:" + key.name, .document = Map{}};
}

class Kept : public testing::Test {
 protected:
  Kept() { records_.create(record_of(job)); }

  std::int64_t ask(const store::Key& key = job) {
    return kept_.get(key, [&] { return Map{{"made", ++made_}}; }).value().find("made")->integer();
  }

  base::testing::MemoryFiles files_;
  store::GroupedDatabase database_{files_, {.path = "/data/millrace.db"}};
  store::Records records_{database_};
  KeptAnswers kept_{records_};
  std::int64_t made_ = 0;
};

TEST_F(Kept, AreMadeOnce) {
  EXPECT_EQ(ask(), 1);
  EXPECT_EQ(ask(), 1);
  store::Key other = job;
  other.region = "eu-west-1";
  EXPECT_EQ(ask(other), 2);
  EXPECT_EQ(ask(), 1);
}

TEST_F(Kept, AreMadeAgainAfterEachChange) {
  EXPECT_EQ(ask(), 1);
  records_.update(job, {}, [](store::Record& record) { record.status = "Stopped"; });
  EXPECT_EQ(ask(), 2);
  records_.erase(job);
  EXPECT_EQ(ask(), 3);
  records_.create(record_of(job));
  EXPECT_EQ(ask(), 4);
  records_.empty_account("1");
  EXPECT_EQ(ask(), 5);
  EXPECT_EQ(ask(), 5);
}

TEST_F(Kept, AreMadeAnewWhileTheRecordChanges) {
  EXPECT_EQ(ask(), 1);
  database_.write([&](store::Connection& connection) {
    records_.erase_in(connection, job);
    EXPECT_EQ(ask(), 2);  // what is durable may be read, and may not be kept
  });
  EXPECT_EQ(ask(), 3);
}

TEST_F(Kept, AreNotKeptWhenMakingFails) {
  const auto fails = []() -> Value { throw Error("ValidationException", "no such job"); };
  EXPECT_THROW(static_cast<void>(kept_.get(job, fails)), Error);
  EXPECT_EQ(ask(), 1);
}

std::string body_of(Answer copy, const std::string& text) {
  return copy.json([&] { return text; });
}

TEST(Answer, WritesItsBodyOnce) {
  const Answer answer(Map{{"a", 1}});
  EXPECT_EQ(body_of(answer, "first"), "first");
  EXPECT_EQ(body_of(answer, "second"), "first");
}

}  // namespace
}  // namespace millrace::aws
