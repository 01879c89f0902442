// Rows of cells as they were written; ends within them.
#include "base/cells.hpp"

#include <gtest/gtest.h>

namespace millrace::base {
namespace {

TEST(Cells, ComeAsTheyWereWritten) {
  std::string bytes;
  for (const char* cell : {"a", "", "b\n"}) add_cell(bytes, cell);
  add_cell(bytes, std::nullopt);
  const MemorySource source(bytes);
  SourceReader reader(source);
  CellReader cells(reader);
  CellRow row(2);
  ASSERT_TRUE(cells.next(row));
  EXPECT_EQ(row, (CellRow{"a", ""}));
  ASSERT_TRUE(cells.next(row));
  EXPECT_EQ(row, (CellRow{"b\n", std::nullopt}));
  EXPECT_FALSE(cells.next(row));
}

TEST(Cells, RefuseWhatIsCutOrTooLarge) {
  std::string whole;
  add_cell(whole, "abc");
  for (const std::string& bytes :
       {whole.substr(0, 2), whole.substr(0, 5), whole, std::string("\xFE\xFF\xFF\xFF")}) {
    const MemorySource source(bytes);
    SourceReader reader(source);
    CellReader cells(reader);
    CellRow row(2);
    EXPECT_THROW((void)cells.next(row), std::runtime_error);
  }
}

}  // namespace
}  // namespace millrace::base
