// Bodies of every size: kept, dropped, erased, damaged.
#include "store/blobs.hpp"

#include "base/filled_files.hpp"
#include "base/testing/memory_files.hpp"
#include "store/blob_format.hpp"
#include "store/cared_blobs.hpp"
#include "store/grouped_database.hpp"
#include "store/segments.hpp"

#include <gtest/gtest.h>

#include <set>

namespace millrace::store {
namespace {

constexpr const char* folder = "/data/blobs";

std::string body_of(std::size_t size) {
  std::string body(size, '\0');
  for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>('a' + i % 23);
  return body;
}

class BlobsTest : public testing::Test {
 protected:
  BlobsTest() { start(); }

  void start() {
    blobs_.reset();
    database_.reset();
    database_ = std::make_unique<GroupedDatabase>(files_, DatabaseOptions{.path = "/data/db"});
    blobs_ = open_blobs(files_, random_, *database_, folder);
  }
  BlobId finished(const std::string& body) {
    const auto writer = blobs_->create();
    // In pieces, as a network brings them.
    for (std::size_t at = 0; at < body.size(); at += 7000) writer->write(body.substr(at, 7000));
    EXPECT_EQ(writer->size(), body.size());
    return writer->finish();
  }
  BlobId kept(const std::string& body) {
    const BlobId id = finished(body);
    database_->write([&](Connection& connection) { blobs_->keep(connection, id); });
    return id;
  }
  void erase(const BlobId& id) {
    database_->write([&](Connection& connection) { blobs_->erase(connection, id); });
  }
  void commit_nothing() {
    database_->write([](Connection&) {});
  }
  std::size_t large_files() {
    std::size_t count = 0;
    for (const auto& a : files_.list(std::string(folder) + "/files")) {
      for (const auto& b : files_.list(std::string(folder) + "/files/" + a)) {
        count += files_.list(std::string(folder) + "/files/" + a + "/" + b).size();
      }
    }
    return count;
  }

  base::testing::MemoryFiles files_;
  base::SeededRandom random_{1};
  std::unique_ptr<GroupedDatabase> database_;
  std::unique_ptr<Blobs> blobs_;
};

TEST_F(BlobsTest, LeavesAsideWhatAnEngineAppendsToAnId) {
  for (const std::size_t size : {std::size_t{10}, std::size_t{100'000}}) {
    BlobId id = finished(body_of(size));
    id.text += ".a note-of=its/owner";
    database_->write([&](Connection& connection) { blobs_->keep(connection, id); });
    EXPECT_EQ(base::read_all(*blobs_->open(id)), body_of(size));
    EXPECT_TRUE(blobs_->verify(id));
    erase(id);
  }
  for (int i = 0; i < 40; ++i) commit_nothing();
  start();
  EXPECT_EQ(large_files(), 0U);
}

TEST_F(BlobsTest, ComeBackAsTheyWereWritten) {
  std::vector<std::pair<BlobId, std::string>> all;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, small_blob_limit,
                                 small_blob_limit + 1, std::size_t{65536}, std::size_t{300'000}}) {
    const std::string body = body_of(size);
    all.emplace_back(kept(body), body);
  }
  for (int round = 0; round < 2; ++round) {
    for (const auto& [id, body] : all) {
      const auto blob = blobs_->open(id);
      EXPECT_EQ(blob->size(), body.size());
      EXPECT_EQ(base::read_all(*blob), body);
      EXPECT_TRUE(blobs_->verify(id));
    }
    start();
  }
}

TEST_F(BlobsTest, TakeBytesInOnePiece) {
  const auto writer = blobs_->create();
  writer->write("head");
  writer->write(body_of(1'000'000));
  const BlobId id = writer->finish();
  database_->write([&](Connection& connection) { blobs_->keep(connection, id); });
  EXPECT_EQ(base::read_all(*blobs_->open(id)), "head" + body_of(1'000'000));
}

TEST_F(BlobsTest, AreGoneAfterErasureButReadableWhileOpen) {
  const BlobId large = kept(body_of(50'000));
  const auto blob = blobs_->open(large);
  EXPECT_EQ(large_files(), 1U);
  erase(large);
  EXPECT_EQ(large_files(), 0U);
  EXPECT_EQ(base::read_all(*blob), body_of(50'000));
  EXPECT_THROW(static_cast<void>(blobs_->open(large)), StoreError);
}

TEST_F(BlobsTest, AFileThatNobodyOpenedIsWrittenOver) {
  const BlobId first = kept(body_of(90'000));
  erase(first);
  EXPECT_EQ(large_files(), 1U) << "waits to be written over";
  EXPECT_THROW(static_cast<void>(blobs_->open(first)), StoreError);
  const BlobId second = kept(body_of(50'000));
  EXPECT_EQ(large_files(), 1U);
  EXPECT_NE(first, second);
  EXPECT_THROW(static_cast<void>(blobs_->open(first)), StoreError);
  EXPECT_TRUE(blobs_->verify(second));
  EXPECT_EQ(base::read_all(*blobs_->open(second)), body_of(50'000));
  erase(second);
  EXPECT_EQ(large_files(), 0U) << "was opened";
}

TEST_F(BlobsTest, FilesWaitToBeWrittenOverWithinTheirLimits) {
  const std::string body = body_of(9 * 1024 * 1024);
  const std::vector<BlobId> both = {kept(body), kept(body)};
  for (const BlobId& id : both) erase(id);
  EXPECT_EQ(large_files(), 1U) << "both together would be more than 16 MiB";
  for (int i = 0; i < 33; ++i) commit_nothing();
  EXPECT_EQ(large_files(), 0U);
  erase(kept(body_of(17 * 1024 * 1024)));
  EXPECT_EQ(large_files(), 0U);
}

TEST_F(BlobsTest, AFileThatWaitsToBeWrittenOverIsRemovedAtTheStart) {
  erase(kept(body_of(50'000)));
  EXPECT_EQ(large_files(), 1U);
  start();
  EXPECT_EQ(large_files(), 0U);
  erase(kept(body_of(50'000)));
  const BlobId unkept = finished(body_of(60'000));
  EXPECT_EQ(large_files(), 1U);
  start();
  EXPECT_EQ(large_files(), 0U);
}

TEST_F(BlobsTest, AnUndoneErasureErasesNothing) {
  const BlobId large = kept(body_of(50'000));
  const BlobId small = kept("small");
  EXPECT_THROW(database_->write([&](Connection& connection) {
    blobs_->erase(connection, large);
    blobs_->erase(connection, small);
    throw std::runtime_error("no");
  }),
               std::runtime_error);
  commit_nothing();
  start();
  EXPECT_TRUE(blobs_->verify(large));
  EXPECT_TRUE(blobs_->verify(small));
}

TEST_F(BlobsTest, UnfinishedAndUnkeptOnesLeaveNothing) {
  {
    const auto unfinished = blobs_->create();
    unfinished->write(body_of(50'000));
    EXPECT_EQ(large_files(), 1U);
  }
  EXPECT_EQ(large_files(), 0U);
  blobs_->discard(finished(body_of(50'000)));
  EXPECT_EQ(large_files(), 0U);
  const BlobId unkept = finished(body_of(50'000));
  EXPECT_EQ(large_files(), 1U);
  start();
  EXPECT_EQ(large_files(), 0U);
  EXPECT_THROW(database_->write([&](Connection& c) { blobs_->keep(c, unkept); }), StoreError);
}

TEST_F(BlobsTest, AreKeptOnce) {
  const BlobId large = kept(body_of(50'000));
  const BlobId small = kept("small");
  EXPECT_THROW(database_->write([&](Connection& c) { blobs_->keep(c, large); }), StoreError);
  EXPECT_THROW(database_->write([&](Connection& c) { blobs_->keep(c, small); }), StoreError);
  EXPECT_THROW(static_cast<void>(blobs_->open({.text = "f-../../etc/passwd"})), StoreError);
}

TEST_F(BlobsTest, DamageIsFound) {
  const BlobId large = kept(body_of(50'000));
  const BlobId small = kept("small");
  const std::string name = large.text.substr(2);
  const std::string path =
      std::string(folder) + "/files/" + name.substr(0, 2) + "/" + name.substr(2, 2) + "/" + name;
  files_.damage(path, file_header_size + 40'000);
  EXPECT_FALSE(blobs_->verify(large));
  EXPECT_NO_THROW(static_cast<void>(blobs_->open(large)));
  files_.damage(path, 17);
  EXPECT_THROW(static_cast<void>(blobs_->open(large)), StoreError);
  files_.damage(std::string(folder) + "/segments/00000001",
                segment_header_size + entry_header_size + 2);
  EXPECT_FALSE(blobs_->verify(small));
  start();
  EXPECT_THROW(static_cast<void>(blobs_->open(small)), StoreError);
}

TEST_F(BlobsTest, ASmallBodyComesWithOpeningIt) {
  const std::string body = body_of(small_blob_limit);
  const auto small = blobs_->open(kept(body));
  EXPECT_EQ(small->held(), body);
  EXPECT_EQ(small->size(), body.size());
  std::string part(100, '\0');
  EXPECT_EQ(small->read_at(body.size() - 10, part.data(), part.size()), 10U);
  EXPECT_EQ(part.substr(0, 10), body.substr(body.size() - 10));
  EXPECT_EQ(small->read_at(body.size(), part.data(), part.size()), 0U);
  EXPECT_FALSE(blobs_->open(kept(body_of(small_blob_limit + 1)))->held());
}

TEST_F(BlobsTest, AnEmptiedSegmentIsRemoved) {
  std::vector<BlobId> ids;
  const std::string body = body_of(small_blob_limit);
  const std::string first = std::string(folder) + "/segments/00000001";
  for (std::uint64_t size = 0; size <= segment_length; size += body.size()) {
    ids.push_back(finished(body));
    if (ids.size() % 1000 == 0) commit_nothing();
  }
  database_->write([&](Connection& connection) {
    for (const BlobId& id : ids) blobs_->keep(connection, id);
  });
  const BlobId in_next = kept("next");
  EXPECT_TRUE(in_next.text.starts_with("s-2-"));
  database_->write([&](Connection& connection) {
    for (const BlobId& id : ids) blobs_->erase(connection, id);
  });
  EXPECT_FALSE(files_.exists(first));
  start();
  EXPECT_TRUE(blobs_->verify(in_next));
  EXPECT_THROW(database_->write([&](Connection& c) { blobs_->erase(c, ids.front()); }), StoreError);
}

// Else clients that try again would outrun a disk that takes a few writes at a time.
TEST(Blobs, RefusedByAFullDiskCostOneWriteTogether) {
  base::testing::MemoryFiles memory;
  base::FilledFiles files(memory);
  base::SeededRandom random{1};
  GroupedDatabase database(files, {.path = "/data/db"});
  const auto blobs = open_blobs(files, random, database, folder);
  const auto keep = [&](const std::string& body) {
    const auto writer = blobs->create();
    writer->write(body);
    const BlobId id = writer->finish();
    database.write([&](Connection& connection) { blobs->keep(connection, id); });
    return id;
  };
  static_cast<void>(keep("before"));
  files.fill_after(0);
  for (int refused = 0; refused < 100; ++refused) EXPECT_THROW(keep("refused"), StoreError);
  files.fill_after(50);
  const BlobId id = keep("after");
  EXPECT_FALSE(files.is_full());
  EXPECT_EQ(blobs->open(id)->size(), 5U);
}

TEST_F(BlobsTest, SmallOnesCostTheSyncOfTheLogAlone) {
  start();
  static_cast<void>(kept("the first makes the segment"));
  const std::uint64_t before = files_.syncs();
  for (int i = 0; i < 10; ++i) static_cast<void>(kept("small"));
  EXPECT_EQ(files_.syncs() - before, 10U);
}

TEST_F(BlobsTest, SmallOnesOutliveALossOfPowerBeforeTheirSegmentIsSynced) {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    base::SeededRandom chance{seed};
    start();
    std::vector<BlobId> ids;
    for (int i = 0; i < 8; ++i) ids.push_back(kept("body " + std::to_string(i)));
    files_.power_off();
    blobs_.reset();
    database_.reset();
    files_.power_on(chance);
    start();
    // What comes after does not lie over them.
    ids.push_back(kept("body 8"));
    for (std::size_t i = 0; i < ids.size(); ++i) {
      EXPECT_EQ(base::read_all(*blobs_->open(ids[i])), "body " + std::to_string(i)) << seed;
      erase(ids[i]);
    }
  }
}

TEST_F(BlobsTest, AGroupThatFailsLeavesTheBodiesOfOthersToTheNext) {
  start();
  base::SeededRandom chance{3};
  const BlobId body = finished("written beside a group that is undone");
  EXPECT_THROW(database_->write([](Connection&) { throw StoreError("undone"); }), StoreError);
  database_->write([&](Connection& connection) { blobs_->keep(connection, body); });
  files_.power_off();
  blobs_.reset();
  database_.reset();
  files_.power_on(chance);
  start();
  EXPECT_EQ(base::read_all(*blobs_->open(body)), "written beside a group that is undone");
}

TEST_F(BlobsTest, ManyBytesAreSyncedWhereTheyLieAndAStopLeavesNoneRecorded) {
  start();
  const auto recorded = [&] {
    return database_->read([](Connection& connection) {
      return connection.first("SELECT coalesce(sum(length(bytes)), 0) FROM blob_fresh")
          .value()
          .front()
          .integer();
    });
  };
  const std::string body(small_blob_limit, 'b');
  std::int64_t most = 0;
  for (int i = 0; i < 600; ++i) {
    static_cast<void>(kept(body));
    most = std::max(most, recorded());
  }
  EXPECT_GT(most, 0);
  EXPECT_LE(most, 5 * 1024 * 1024);
  start();
  EXPECT_EQ(recorded(), 0);
}

TEST(BlobFormat, ReadsOnlyWhatItWrites) {
  const BlobPlace small = SmallPlace{.segment = 3, .offset = 5'000'000'000, .length = 7};
  EXPECT_EQ(to_text(small), "s-3-5000000000-7");
  EXPECT_EQ(parse_place(to_text(small)), small);
  const BlobPlace large = LargePlace{.name = std::string(32, 'a')};
  EXPECT_EQ(parse_place(to_text(large)), large);
  for (const char* text : {"", "s-1-2", "s--1-2-3", "s-1-2-4294967296", "f-abc",
                           "f-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    EXPECT_FALSE(parse_place(text)) << text;
  }
  std::string header = write_header(FileHeader{.length = 9, .check = std::string(16, 'c')}, "a");
  EXPECT_EQ(header.size(), file_header_used);
  EXPECT_EQ(parse_file_header(header, "a")->length, 9U);
  header[16] = 8;
  EXPECT_FALSE(parse_file_header(header, "a"));
}

TEST(Segments, HoldNoMoreThanTheirBoundUntilTheyAreWritten) {
  base::testing::MemoryFiles files;
  files.make_folders(folder);
  Segments segments(files, folder, 1, segment_length);
  const std::string body(small_blob_limit, 'b');
  std::vector<SmallPlace> places;
  const auto fill = [&] {
    try {
      for (;;) places.push_back(segments.append(body));
    } catch (const StoreError&) {
    }
  };
  fill();
  const std::size_t before = places.size() * body.size();
  EXPECT_LE(before, Segments::pending_limit);
  EXPECT_GT(before + body.size() + 4096 + places.size() * 64, Segments::pending_limit);
  segments.write_pending();
  fill();
  EXPECT_GT(places.size() * body.size(), before * 3 / 2);
}

}  // namespace
}  // namespace millrace::store
