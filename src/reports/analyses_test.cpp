// Analyses on a folder in memory: ages, classes, and how many days an export tells of.
#include "reports/analyses.hpp"

#include "base/testing/memory_files.hpp"
#include "base/virtual_clock.hpp"
#include "objects/callers_for_test.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace millrace::reports {
namespace {

using std::chrono::days;

constexpr base::Timestamp noon = base::Timestamp(std::chrono::hours(24 * 20'000 + 12));
constexpr std::uint64_t mebibyte = 1024 * 1024;

objects::ObjectInfo object(std::uint64_t size, int age) {
  objects::ObjectInfo info;
  info.size = size;
  info.modified = noon - days(age);
  return info;
}

TEST(TallyTest, SortsByAgeAndLeavesSmallOnesToTheSum) {
  Analysis analysis;
  analysis.id = "a,b";
  Tally tally(noon, {}, {});
  for (const int age : {0, 14, 15, 729, 730, 4000}) tally.add(object(mebibyte, age));
  tally.add(object(1024, 3));
  EXPECT_EQ(tally.lines(analysis, day_of(noon)),
            "10-04-2024,\"a,b\",,STANDARD,000-014,,,2.000000,0.000000,0,0.000000,,\n"
            "10-04-2024,\"a,b\",,STANDARD,015-029,,,1.000000,0.000000,0,0.000000,,\n"
            "10-04-2024,\"a,b\",,STANDARD,365-729,,,1.000000,0.000000,0,0.000000,,\n"
            "10-04-2024,\"a,b\",,STANDARD,730+,,,2.000000,0.000000,0,0.000000,,\n"
            "10-04-2024,\"a,b\",,STANDARD,ALL,7,1.000000,6.000977,0.000000,0,,,\n");
}

// Over all days told so far: what was read, for each byte that lay there on the average.
TEST(TallyTest, TellsWhatWasReadAndTheRatioOfAllDays) {
  Analysis analysis;
  analysis.id = "a";
  analysis.filter_text = "prefix=x,y";
  ReadTally reads;
  reads["STANDARD"].all = {.requests = 3, .bytes = 2 * mebibyte};
  reads["STANDARD"].by_age[0] = {.requests = 2, .bytes = mebibyte};
  reads["GLACIER_IR"].all = {.requests = 1, .bytes = 10};
  const auto day = [&](const ReadTally& read, const std::vector<std::string>& former) {
    Tally tally(noon, read, former);
    tally.add(object(2 * mebibyte, 0));
    return tally.lines(analysis, day_of(noon));
  };
  const std::string first = day(reads, {});
  EXPECT_EQ(first,
            "10-04-2024,a,\"prefix=x,y\",GLACIER_IR,ALL,0,0.000000,0.000000,0.000010,1,,,\n"
            "10-04-2024,a,\"prefix=x,y\",STANDARD,000-014,,,2.000000,1.000000,2,0.500000,,\n"
            "10-04-2024,a,\"prefix=x,y\",STANDARD,ALL,1,2.000000,2.000000,2.000000,3,,,\n");
  // A day on which nothing was read, and one that a former version told of.
  const std::string former = "10-03-2024,a,\"prefix=x,y\",STANDARD,000-014,,,4.000000,,,,,\n";
  EXPECT_NE(day({}, {former, first}).find("000-014,,,2.000000,0.000000,0,0.375000,,\n"),
            std::string::npos);
}

TEST(AnalysesTest, TellOfTheLastDays) {
  constexpr const char* account = "111111111111";
  objects::Anybody authority;
  authority.opened = policy::Opened{.arn = objects::bucket_arn("b"), .account = account};
  const identity::Permit owner = objects::permit_of(account);
  base::testing::MemoryFiles files;
  base::SystemRandom random;
  base::ManualClock clock;
  const auto database = store::open_database(files, {.path = "/data/millrace.db"});
  const auto blobs = store::open_blobs(files, random, *database, "/data/blobs");
  const auto objects = objects::open_objects(*database, *blobs, clock, random);
  objects->create_bucket(
      owner, {.name = "b", .account = account, .region = "us-east-1", .created = {}}, {});
  const objects::SettingName name{.bucket = "b", .kind = "analytics", .id = "all"};
  objects->set_setting(
      owner, name,
      R"({"Id":"all","StorageClassAnalysis":{"DataExport":{"Destination":{"S3BucketDestination":)"
      R"({"Bucket":"arn:aws:s3:::b"}}}},"Filter":{"Prefix":"b/"}})");
  begin(*objects, owner, name, day_of(clock.service()));
  Readings readings(*objects, authority);
  readings.start();
  const Analyses analyses(
      {.objects = *objects, .authority = authority, .clock = clock, .readings = readings});
  EXPECT_TRUE(analyses.run().empty());
  for (std::size_t day = 0; day < most_days_told + 2; ++day) {
    clock.advance(days(1));
    EXPECT_EQ(analyses.run().size(), 1U);
  }
  const auto open = objects->open(owner, "b", "b/all/analysis.csv");
  const std::string text = base::read_all(*open.pieces.front());
  // The export itself is what lies there: one line of a class from the second day on.
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(text, '\n')), 1 + most_days_told);
  forget_analysis(*objects, owner, name);
  EXPECT_TRUE(
      objects->settings(owner, {.bucket = "b", .kind = "analytics-history", .id = {}}, 1).empty());
}

}  // namespace
}  // namespace millrace::reports
