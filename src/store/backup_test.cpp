// Copies while the store is served: whole, no more than is new, and what is lost here stays there.
#include "store/backup.hpp"

#include "store/blob_format.hpp"
#include "store/examination.hpp"
#include "store/testing/things.hpp"

#include <gtest/gtest.h>

namespace millrace::store {
namespace {

using testing::body_of;
using testing::Things;

class BackupTest : public ::testing::Test {
 protected:
  BackupTest() {
    files_.make_folders("/data");
    files_.make_folders("/copy");
    things_.emplace(files_);
    for (int id = 0; id < 6; ++id) things_->put(id, body_of(100, id));
    for (int id = 6; id < 10; ++id) things_->put(id, body_of(50'000, id));
  }
  CopyCounts back_up() {
    const auto pin = things_->blobs->pin();
    return copy_store(things_->database, files_, "/data/blobs",
                      {.database = "/copy/db", .blobs = "/copy/blobs"}, testing::thing_tables);
  }
  Examined copy() {
    return examine(
        files_, {.database = "/copy/db", .blobs = "/copy/blobs", .tables = testing::thing_tables});
  }

  base::testing::MemoryFiles files_;
  std::optional<Things> things_;
};

TEST_F(BackupTest, ACopyIsAWholeStore) {
  const CopyCounts counts = back_up();
  EXPECT_EQ(counts.blobs, 10U);
  EXPECT_EQ(counts.copied, 10U);
  EXPECT_TRUE(copy().damage.empty());
  EXPECT_TRUE(copy().strays.empty());
  Things restored(files_, "/copy");
  for (int id = 0; id < 10; ++id) {
    EXPECT_EQ(restored.body(id), body_of(id < 6 ? 100 : 50'000, id));
  }
  restored.put(0, body_of(200));
  EXPECT_EQ(restored.body(0), body_of(200));
}

TEST_F(BackupTest, TheNextBringsWhatIsNewAndDropsWhatIsGone) {
  (void)back_up();
  things_->put(1, body_of(300));
  things_->put(7, body_of(40'000));
  things_->erase(8);
  const CopyCounts counts = back_up();
  EXPECT_EQ(counts.blobs, 9U);
  EXPECT_EQ(counts.copied, 2U);
  EXPECT_EQ(counts.bytes, 40'300U);
  // What waits here to go, or to be written over, is not yet gone there either.
  for (int i = 0; i < 40; ++i) things_->commit_nothing();
  EXPECT_EQ(back_up().dropped, 2U);
  EXPECT_EQ(back_up().copied, 0U);
  EXPECT_TRUE(copy().damage.empty());
}

TEST_F(BackupTest, WhatIsDamagedHereIsToldAndStaysWholeThere) {
  (void)back_up();
  const BlobId id = things_->blob(7);
  files_.damage("/data/blobs/" + path_of(parse_place(id.text).value()), file_header_size + 5);
  EXPECT_TRUE(back_up().damaged.empty());  // the copy was compared when it was made
  files_.damage("/data/blobs/" + path_of(parse_place(id.text).value()), 30);
  EXPECT_TRUE(testing::is_one_with(back_up().damaged, "thing 7"));
  EXPECT_TRUE(copy().damage.empty());
}

TEST_F(BackupTest, WhatIsDamagedThereIsMended) {
  (void)back_up();
  const auto place = parse_place(things_->blob(2).text).value();
  files_.damage("/copy/blobs/" + path_of(place),
                std::get<SmallPlace>(place).offset + entry_header_size);
  EXPECT_EQ(copy().damage.size(), 1U);
  EXPECT_EQ(back_up().copied, 1U);
  EXPECT_TRUE(copy().damage.empty());
}

TEST_F(BackupTest, WhatIsErasedMeanwhileIsCopied) {
  const auto pin = things_->blobs->pin();
  things_->database.copy_to(files_, "/copy/early");
  const BlobId id = things_->blob(7);
  things_->erase(7);
  things_->commit_nothing();
  EXPECT_TRUE(files_.exists("/data/blobs/" + path_of(parse_place(id.text).value())));
}

}  // namespace
}  // namespace millrace::store
