// A folder that is well, and each way in which it is not, said in words.
#include "store/examination.hpp"

#include "base/read_only_files.hpp"
#include "store/backup.hpp"
#include "store/blob_format.hpp"
#include "store/testing/things.hpp"

#include <gtest/gtest.h>

namespace millrace::store {
namespace {

using testing::body_of;
using testing::Things;

class ExaminationTest : public ::testing::Test {
 protected:
  ExaminationTest() { files_.make_folders("/data"); }

  // What a stopped server leaves: small and large bodies, erased ones among them.
  void fill() {
    Things things(files_);
    for (int id = 0; id < 5; ++id) things.put(id, body_of(100, id));
    for (int id = 5; id < 9; ++id) things.put(id, body_of(50'000, id));
    things.put(9, "");
    things.put(0, body_of(20'000));
    things.erase(5);
    things.commit_nothing();
    small_ = things.blob(1).text;
    large_ = things.blob(6).text;
  }
  Examined examined() {
    return examine(
        files_, {.database = "/data/db", .blobs = "/data/blobs", .tables = testing::thing_tables});
  }
  static std::string path(const std::string& id) {
    return "/data/blobs/" + path_of(parse_place(id).value());
  }

  base::testing::MemoryFiles files_;
  std::string small_;
  std::string large_;
};

TEST_F(ExaminationTest, AFolderThatIsWell) {
  fill();
  const Examined found = examined();
  EXPECT_TRUE(found.damage.empty());
  EXPECT_TRUE(found.strays.empty());
  EXPECT_EQ(found.blobs, 9U);
  EXPECT_EQ(found.bytes, 4 * 100U + 3 * 50'000 + 20'000);
  EXPECT_GT(found.pages, 3U);
}

// Nobody started it since: bodies stand in the log that their segment has not yet.
TEST_F(ExaminationTest, AFolderThatLostPowerIsWellAndCanBeCopied) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    files_.make_folders("/copy");
    auto things = std::make_unique<Things>(files_);
    for (int id = 0; id < 8; ++id) things->put(id, body_of(100 + seed, id));
    files_.power_off();
    things.reset();
    base::SeededRandom chance{seed};
    files_.power_on(chance);
    EXPECT_TRUE(examined().damage.empty()) << seed;
    files_.make_folders("/copy");
    {
      base::ReadOnlyFiles as_it_is(files_);
      GroupedDatabase database(as_it_is, {.path = "/data/db"});
      const std::string to = "/copy/" + std::to_string(seed);
      files_.make_folders(to);
      const CopyCounts counts =
          copy_store(database, files_, "/data/blobs",
                     {.database = to + "/db", .blobs = to + "/blobs"}, testing::thing_tables);
      EXPECT_TRUE(counts.damaged.empty()) << seed;
      EXPECT_EQ(Things(files_, to).body(7), body_of(100 + seed, 7));
    }
  }
}

TEST_F(ExaminationTest, AltersNothing) {
  fill();
  const auto before = files_.list("/data");
  (void)examined();
  EXPECT_EQ(files_.list("/data"), before);
}

TEST_F(ExaminationTest, AnEmptyFolderHasNoDatabase) {
  EXPECT_TRUE(testing::is_one_with(examined().damage, "there is no database"));
}

TEST_F(ExaminationTest, ABodyThatDoesNotMatchItsChecksum) {
  fill();
  files_.damage(path(large_), file_header_size + 777);
  EXPECT_EQ(examined().damage,
            (std::vector<std::string>{"thing 6: blob " + large_ +
                                      ": its bytes do not match their checksum"}));
}

TEST_F(ExaminationTest, AHeaderThatIsDamaged) {
  fill();
  files_.damage(path(large_), 20);
  EXPECT_TRUE(testing::is_one_with(examined().damage, "the header of its file is damaged"));
}

TEST_F(ExaminationTest, ASmallBodyThatIsDamaged) {
  fill();
  const auto place = std::get<SmallPlace>(parse_place(small_).value());
  files_.damage(path(small_), place.offset + entry_header_size + 5);
  EXPECT_TRUE(testing::is_one_with(examined().damage, "thing 1: blob " + small_));
}

TEST_F(ExaminationTest, AFileThatIsMissing) {
  fill();
  files_.remove(path(large_));
  EXPECT_TRUE(
      testing::is_one_with(examined().damage, "thing 6: blob " + large_ + ": its file is missing"));
}

TEST_F(ExaminationTest, AFileThatIsTooShort) {
  fill();
  files_.open(path(large_), base::Open::write)->truncate(30'000);
  EXPECT_TRUE(testing::is_one_with(examined().damage, "not the length"));
}

TEST_F(ExaminationTest, APageOfTheDatabase) {
  fill();
  files_.damage("/data/db", 4096 + 100);
  const Examined found = examined();
  ASSERT_FALSE(found.damage.empty());
  EXPECT_NE(found.damage.front().find("page 2 of the database"), std::string::npos);
}

TEST_F(ExaminationTest, FilesThatNoRowNamesAreRemovedOnDemand) {
  fill();
  const std::string stray =
      "/data/blobs/files/" + subfolder_of(large_.substr(2)) + "/" + std::string(32, 'f');
  files_.open(stray, base::Open::write)->write_at(0, "bytes");
  files_.open("/data/blobs/segments/00000077", base::Open::write)->write_at(0, "bytes");
  const Examined found = examined();
  EXPECT_TRUE(found.damage.empty());
  EXPECT_EQ(found.strays, (std::vector<std::string>{stray, "/data/blobs/segments/00000077"}));
  EXPECT_EQ(found.stray_bytes, 10U);
  remove_strays(files_, found);
  EXPECT_TRUE(examined().strays.empty());
  EXPECT_TRUE(examined().damage.empty());
}

TEST_F(ExaminationTest, ARowThatNamesABodyTwiceIsMiscounted) {
  fill();
  {
    Things things(files_);
    things.database.write([&](Connection& connection) {
      connection.run("INSERT INTO things (id, blob) VALUES (99, ?)", small_);
    });
  }
  EXPECT_TRUE(testing::is_one_with(examined().damage, "is counted to hold"));
}

TEST_F(ExaminationTest, WhatWasSetAsideIsNamedWithItsPlace) {
  fill();
  files_.damage(path(large_), file_header_size + 1);
  Things(files_).blobs->set_aside({.text = large_}, "thing 6: it is damaged");
  EXPECT_TRUE(
      testing::is_one_with(examined().damage, "its bytes are in /data/blobs/quarantine/" + large_));
}

}  // namespace
}  // namespace millrace::store
