// Damage is found, told, set aside and not given out; segments that are mostly dead are emptied.
#include "store/care.hpp"

#include "store/blob_format.hpp"
#include "store/examination.hpp"
#include "store/testing/things.hpp"
#include "store/unchecked_reads.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

namespace millrace::store {
namespace {

using testing::body_of;
using testing::Things;

constexpr std::uint64_t short_segment = 8'000;

class Lines final : public base::Log {
 public:
  void write(base::Level, std::string_view line) override { lines.emplace_back(line); }
  std::vector<std::string> lines;
};

class CareTest : public ::testing::Test {
 protected:
  CareTest() {
    files_.make_folders("/data");
    start();
  }
  void start() {
    care_.reset();
    things_.reset();
    things_.emplace(files_, "/data", short_segment);
    care_.emplace(things_->database, *things_->blobs, files_, log_, options_);
  }
  void round() {
    while (care_->take_round_step()) {
    }
  }
  void damage(const BlobId& id) {
    const BlobPlace place = parse_place(id.text).value();
    const auto* small = std::get_if<SmallPlace>(&place);
    files_.damage("/data/blobs/" + path_of(place),
                  small ? small->offset + entry_header_size : file_header_size + 10);
  }
  Examined examined() {
    care_.reset();
    things_.reset();
    return examine(
        files_, {.database = "/data/db", .blobs = "/data/blobs", .tables = testing::thing_tables});
  }

  base::testing::MemoryFiles files_;
  Lines log_;
  int moves_ = 0;
  CareOptions options_{.folder = "/data/blobs",
                       .tables = testing::thing_tables,
                       .sparse_bytes = short_segment / 2,
                       .moving = [this] { ++moves_; }};
  std::optional<Things> things_;
  std::optional<Care> care_;
};

TEST_F(CareTest, ARoundComparesAll) {
  things_->put(1, body_of(100));
  things_->put(2, body_of(50'000));
  round();
  EXPECT_EQ(care_->counts().blobs, 2U);
  EXPECT_EQ(care_->counts().bytes, 50'100U);
  EXPECT_EQ(care_->counts().rounds, 1U);
  EXPECT_TRUE(log_.lines.empty());
}

TEST_F(CareTest, ALargeBodyThatIsDamagedIsSetAsideAndRefused) {
  const BlobId id = things_->put(1, body_of(50'000));
  things_->put(2, body_of(60'000));
  damage(id);
  round();
  EXPECT_TRUE(testing::is_one_with(log_.lines, "thing 1: blob " + id.text + " is damaged"));
  EXPECT_THROW((void)things_->blobs->open(id), DamagedBlob);
  EXPECT_EQ(things_->body(2), body_of(60'000));
  EXPECT_EQ(files_.list("/data/blobs/quarantine"), (std::vector<std::string>{id.text}));
  EXPECT_EQ(things_->blobs->damage().size(), 1U);
  round();
  EXPECT_EQ(log_.lines.size(), 1U);  // told once
}

TEST_F(CareTest, ASmallBodyThatIsDamagedIsKeptAsideToo) {
  const BlobId id = things_->put(1, body_of(100));
  damage(id);
  round();
  EXPECT_THROW((void)things_->blobs->open(id), DamagedBlob);
  EXPECT_EQ(files_.list("/data/blobs/quarantine"), (std::vector<std::string>{id.text}));
}

TEST_F(CareTest, DamageIsKnownAfterARestartAndForgottenWithItsRow) {
  const BlobId id = things_->put(1, body_of(50'000));
  damage(id);
  round();
  start();
  EXPECT_THROW((void)things_->blobs->open(id), DamagedBlob);
  things_->erase(1);
  EXPECT_TRUE(things_->blobs->damage().empty());
  start();
  EXPECT_TRUE(things_->blobs->damage().empty());
  EXPECT_EQ(files_.list("/data/blobs/quarantine"), (std::vector<std::string>{id.text}));
  EXPECT_TRUE(examined().damage.empty());
}

TEST_F(CareTest, AReadToTheEndIsToldOfDamageByItsLastStep) {
  const BlobId id = things_->put(1, body_of(600'000));
  damage(id);
  EXPECT_THROW((void)things_->body(1), DamagedBlob);
  EXPECT_TRUE(care_->look_at_read());
  EXPECT_TRUE(testing::is_one_with(log_.lines, "thing 1"));
}

TEST_F(CareTest, WhatWasReadInPartIsComparedAfterwards) {
  const BlobId id = things_->put(1, body_of(50'000));
  char byte = 0;
  (void)things_->blobs->open(id)->read_at(40'000, &byte, 1);
  EXPECT_TRUE(care_->look_at_read());
  EXPECT_FALSE(care_->look_at_read());
  (void)things_->blobs->open(id)->read_at(40'000, &byte, 1);
  EXPECT_FALSE(care_->look_at_read());  // once since the start
  EXPECT_TRUE(log_.lines.empty());
}

TEST_F(CareTest, WhatWasReadWholeNeedsNoOtherLook) {
  things_->put(1, body_of(600'000));
  EXPECT_EQ(things_->body(1), body_of(600'000));
  EXPECT_FALSE(care_->look_at_read());
}

TEST_F(CareTest, WhoHandsADescriptorOnMayAskBefore) {
  const BlobId id = things_->put(1, body_of(50'000));
  expect_whole(*things_->blobs->open(id));
  damage(id);
  expect_whole(*things_->blobs->open(id));  // known since the start
  start();
  EXPECT_THROW(expect_whole(*things_->blobs->open(id)), DamagedBlob);
}

TEST_F(CareTest, WhatIsErasedWhileItIsLookedAtIsNoDamage) {
  const BlobId id = things_->put(1, body_of(50'000));
  things_->blobs->unchecked().note(id);
  things_->erase(1);
  things_->commit_nothing();
  start();
  things_->blobs->unchecked().note(id);
  EXPECT_TRUE(care_->look_at_read());
  EXPECT_TRUE(log_.lines.empty());
}

TEST_F(CareTest, SegmentsThatAreMostlyDeadAreEmptied) {
  for (int id = 0; id < 30; ++id) things_->put(id, body_of(1000, id));
  for (int id = 0; id < 30; ++id) {
    if (id % 5 != 0) things_->erase(id);
  }
  const auto before = files_.list("/data/blobs/segments").size();
  round();
  things_->commit_nothing();
  things_->commit_nothing();
  EXPECT_GT(care_->counts().moved, 0U);
  EXPECT_GT(moves_, 0);
  EXPECT_LT(files_.list("/data/blobs/segments").size(), before);
  for (int id = 0; id < 30; id += 5) EXPECT_EQ(things_->body(id), body_of(1000, id));
  EXPECT_TRUE(examined().damage.empty());
}

TEST_F(CareTest, ASegmentWithADamagedBodyStays) {
  for (int id = 0; id < 30; ++id) things_->put(id, body_of(1000, id));
  const BlobId damaged = things_->blob(0);
  damage(damaged);
  for (int id = 1; id < 30; ++id) things_->erase(id);
  round();
  things_->commit_nothing();
  EXPECT_TRUE(files_.exists("/data/blobs/" + path_of(parse_place(damaged.text).value())));
}

TEST_F(CareTest, ARoundGoesOnInTheNextProcessWhereItStood) {
  for (int id = 0; id < 200; ++id) things_->put(id, body_of(100));
  care_->take_round_step();
  const std::uint64_t looked_at = care_->counts().blobs;
  ASSERT_GT(looked_at, 0U);
  ASSERT_LT(looked_at, 200U);
  care_->keep_place();
  start();
  care_->resume();
  round();
  EXPECT_EQ(care_->counts().blobs, 200 - looked_at);
  care_->keep_place();
  start();
  care_->resume();
  round();
  EXPECT_EQ(care_->counts().blobs, 200U);  // the former one was at its end
}

TEST_F(CareTest, AServerThatStopsKeepsTheRoundsPlace) {
  for (int id = 0; id < 100; ++id) things_->put(id, body_of(2000));
  options_.first_round = std::chrono::seconds(0);
  options_.bytes_per_second = 20'000;
  start();
  care_->start();
  while (care_->counts().blobs < 70) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  start();
  care_->resume();
  round();
  EXPECT_LT(care_->counts().blobs, 100U);
}

TEST_F(CareTest, TheNextRoundIsDueADayAfterTheLastThoughTheServerWasStartedAnew) {
  using std::chrono::hours;
  const std::chrono::milliseconds soon = std::chrono::seconds(60);
  base::Timestamp now(hours(1000));
  options_.now = [&now] { return now; };
  start();
  care_->resume();
  EXPECT_EQ(care_->rest(), soon);  // there was none
  round();
  care_->keep_place();
  start();
  care_->resume();
  now += hours(3);
  EXPECT_EQ(care_->rest(), hours(21));
  now += hours(100);
  EXPECT_EQ(care_->rest(), soon);
  now -= hours(1000);  // the clock was set back
  EXPECT_EQ(care_->rest(), hours(24));
}

TEST_F(CareTest, WhatIsPinnedStaysThoughItIsErased) {
  const BlobId id = things_->put(1, body_of(50'000));
  const std::string path = "/data/blobs/" + path_of(parse_place(id.text).value());
  (void)things_->body(1);  // read: its file is no spare
  auto pin = things_->blobs->pin();
  things_->erase(1);
  things_->commit_nothing();
  EXPECT_TRUE(files_.exists(path));
  pin.reset();
  things_->commit_nothing();
  EXPECT_FALSE(files_.exists(path));
  things_->commit_nothing();
  EXPECT_TRUE(examined().strays.empty());
}

}  // namespace
}  // namespace millrace::store
