// Records and their facets.
#include "store/records.hpp"

#include "base/testing/memory_files.hpp"
#include "store/changes.hpp"
#include "store/grouped_database.hpp"

#include <gtest/gtest.h>

namespace millrace::store {
namespace {

class RecordsTest : public testing::Test {
 protected:
  static Record job(const std::string& name, const std::string& region = "eu-west-1") {
    return {
        .key = {.account = "000000000000", .region = region, .kind = "job", .name = name},
        .arn = "arn:aws:sagemaker:" + region + ":000000000000:job/" + name,
        .document = base::Map{{"Name", name}, {"At", base::Timestamp(base::Milliseconds(1500))}},
        .created = base::Timestamp(base::Milliseconds(1)),
        .modified = base::Timestamp(base::Milliseconds(2)),
        .status = "InProgress"};
  }

  base::testing::MemoryFiles files_;
  GroupedDatabase database_{files_, {.path = "/data/millrace.db"}};
  Records records_{database_};
};

TEST_F(RecordsTest, ComeBackAsTheyWere) {
  const Record made = job("a");
  records_.create(made);
  const auto found = records_.find(made.key);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->key, made.key);
  EXPECT_EQ(found->arn, made.arn);
  EXPECT_EQ(found->created, made.created);
  EXPECT_EQ(found->modified, made.modified);
  EXPECT_EQ(found->status, "InProgress");
  EXPECT_EQ(found->version, 1);
  EXPECT_EQ(found->document, base::Value(base::Map{{"Name", "a"}, {"At", 1.5}}));
  EXPECT_EQ(records_.find_arn(made.arn)->key, made.key);
  EXPECT_FALSE(records_.find(job("b").key));
  EXPECT_FALSE(records_.find_arn("arn:aws:none"));
}

TEST_F(RecordsTest, AreListedWithTheirTagsByTheStartOfTheirKind) {
  const auto make = [this](const std::string& kind, const std::string& name, const Tags& tags) {
    Record record = job(name);
    record.key.kind = kind;
    record.arn += ":" + kind;
    records_.create(record, tags);
  };
  make("iam/user", "b", {{"z", "1"}, {"a", "2"}});
  make("iam/user", "a", {});
  make("iam/role", "a", {{"k", "v"}});
  make("iamx", "a", {{"k", "v"}});
  make("ia", "a", {});
  records_.create(job("elsewhere", "us-east-1"));
  std::string all;
  for (const TaggedRecord& one : records_.list_tagged("000000000000", "eu-west-1", "iam/")) {
    all += one.record.key.kind + " " + one.record.document.find("Name")->text();
    for (const auto& [name, value] : one.tags) all += " " + name + "=" + value;
    all += "; ";
  }
  EXPECT_EQ(all, "iam/role a k=v; iam/user a; iam/user b z=1 a=2; ");
  Key users = job("").key;
  users.kind = "iam/user";
  EXPECT_EQ(records_.count(users), 2U);
  users.kind = "iam/group";
  EXPECT_EQ(records_.count(users), 0U);
}

TEST_F(RecordsTest, RefuseAUsedName) {
  records_.create(job("a"), {{"k", "v"}});
  try {
    records_.create(job("a"), {{"k", "other"}});
    FAIL();
  } catch (const AlreadyExists& taken) {
    EXPECT_EQ(taken.key, job("a").key);
  }
  EXPECT_EQ(records_.tags(job("a").arn), (Tags{{"k", "v"}}));
  EXPECT_NO_THROW(records_.create(job("a", "us-east-1")));
}

TEST_F(RecordsTest, AreUpdatedWhollyOrNotAtAll) {
  records_.create(job("a"));
  const base::Timestamp now(base::Milliseconds(99));
  const auto after = records_.update(job("a").key, now, [](Record& record) {
    record.status = "Completed";
    record.document.map().set("More", 1);
  });
  EXPECT_EQ(after->version, 2);
  EXPECT_EQ(records_.find(job("a").key)->status, "Completed");
  EXPECT_EQ(records_.find(job("a").key)->modified, now);
  EXPECT_THROW(records_.update(job("a").key, now,
                               [](Record& record) {
                                 record.status = "Failed";
                                 throw std::runtime_error("no");
                               }),
               std::runtime_error);
  EXPECT_EQ(records_.find(job("a").key)->status, "Completed");
  EXPECT_FALSE(records_.update(job("b").key, now, [](Record&) {}));
}

TEST_F(RecordsTest, AreNotMadeOlderByAClockThatWasSetBack) {
  records_.create(job("a"));
  const base::Timestamp later(base::Milliseconds(99));
  const auto nothing = [](Record&) {};
  EXPECT_EQ(records_.update(job("a").key, later, nothing)->modified, later);
  const base::Timestamp before(base::Milliseconds(98));
  EXPECT_EQ(records_.update(job("a").key, before, nothing)->modified, later);
  EXPECT_EQ(records_.find(job("a").key)->modified, later);
}

TEST_F(RecordsTest, AreListedByNameWithinTheirScope) {
  for (const char* name : {"c", "a", "b"}) records_.create(job(name));
  records_.create(job("z", "us-east-1"));
  std::string names;
  for (const Record& record : records_.list(job("").key)) names += record.key.name;
  EXPECT_EQ(names, "abc");
  EXPECT_EQ(records_.list_every("job").size(), 4U);
  EXPECT_TRUE(records_.list_every("model").empty());
}

TEST_F(RecordsTest, LoseTheirFacetsWithThem) {
  const std::string arn = job("a").arn;
  records_.create(job("a"), {{"z", "1"}, {"a", "2"}});
  records_.set_tags(arn, {{"z", "3"}, {"m", "4"}});
  EXPECT_EQ(records_.tags(arn), (Tags{{"z", "3"}, {"a", "2"}, {"m", "4"}}));
  records_.remove_tags(arn, {"a", "none"});
  EXPECT_EQ(records_.tags(arn), (Tags{{"z", "3"}, {"m", "4"}}));
  records_.set_resource_policy(arn, "{}");
  EXPECT_EQ(records_.resource_policy(arn), "{}");
  records_.set_resource_policy(arn, std::nullopt);
  EXPECT_EQ(records_.resource_policy(arn), std::nullopt);
  records_.set_resource_policy(arn, "{}");
  EXPECT_TRUE(records_.erase(job("a").key));
  EXPECT_FALSE(records_.erase(job("a").key));
  EXPECT_TRUE(records_.tags(arn).empty());
  EXPECT_EQ(records_.resource_policy(arn), std::nullopt);
}

TEST_F(RecordsTest, OfAnAccountGoTogether) {
  Record other = job("a");
  other.key.account = "111111111111";
  other.arn = "arn:other";
  records_.create(job("a"), {{"k", "v"}});
  records_.create(other, {{"k", "v"}});
  records_.empty_account("000000000000");
  EXPECT_TRUE(records_.tags(job("a").arn).empty());
  EXPECT_TRUE(records_.list(job("").key).empty());
  EXPECT_EQ(records_.tags("arn:other").size(), 1U);
}

TEST(Changes, WakeOnceAndOnlyWhoWaits) {
  Changes changes;
  int woken = 0;
  changes.wait("a", [&] { ++woken; });
  const auto forgotten = changes.wait("a", [&] { woken += 100; });
  changes.wait("b", [&] { woken += 10; });
  changes.forget(forgotten);
  changes.announce("a");
  changes.announce("a");
  EXPECT_EQ(woken, 1);
  changes.announce("b");
  EXPECT_EQ(woken, 11);
}

}  // namespace
}  // namespace millrace::store
