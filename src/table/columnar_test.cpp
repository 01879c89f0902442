// A Parquet file's own words about what was written; cells that are not of their column's type.
#include "table/columnar.hpp"

#include "base/stream.hpp"
#include "table/matrix.hpp"
#include "table/parquet.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

namespace millrace::table {
namespace {

std::string written(const ColumnarFile& file, const std::vector<base::CellRow>& rows) {
  std::string bytes;
  std::size_t at = 0;
  const auto next = [&](base::CellRow& row) {
    if (at == rows.size()) return false;
    row = rows[at++];
    return true;
  };
  EXPECT_EQ(write_columnar(file, next, [&](std::string_view part) { bytes += part; }), rows.size());
  return bytes;
}

TEST(Columnar, WritesParquetThatIsReadAgain) {
  const ColumnarFile file{.format = ColumnarFile::Format::parquet,
                          .columns = {{.name = "label", .type = ColumnType::whole},
                                      {.name = "flag", .type = ColumnType::flag}}};
  std::vector<base::CellRow> rows(70'000, base::CellRow{"7", "true"});  // more than a batch
  rows[1] = {std::nullopt, std::nullopt};
  const base::MemorySource source(written(file, rows));
  const Input input{.name = "f", .source = &source};
  const Dataset data = read_parquet({&input, 1});
  ASSERT_EQ(data.labels.size(), rows.size());
  EXPECT_EQ(data.labels[0], 7);
  EXPECT_EQ(data.features.values[0], 1);
  EXPECT_TRUE(std::isnan(data.features.values[1]));
}

TEST(Columnar, WritesOrc) {
  const ColumnarFile file{
      .format = ColumnarFile::Format::orc,
      .columns = {{.name = "key", .required = true}, {.name = "at", .type = ColumnType::time}}};
  EXPECT_TRUE(written(file, {{"a", "0"}, {"b", std::nullopt}}).starts_with("ORC"));
  EXPECT_TRUE(written(file, {}).starts_with("ORC"));
}

TEST(Columnar, RefusesCellsThatAreNotOfTheirType) {
  const auto write = [](const Column& column, const std::optional<std::string>& cell) {
    bool is_first = true;
    const auto next = [&](base::CellRow& row) {
      row = {cell};
      return std::exchange(is_first, false);
    };
    write_columnar({.format = ColumnarFile::Format::parquet, .columns = {column}}, next,
                   [](std::string_view) {});
  };
  EXPECT_THROW(write({.name = "n", .type = ColumnType::whole}, "x"), DataError);
  EXPECT_THROW(write({.name = "t", .type = ColumnType::time}, ""), DataError);
  EXPECT_THROW(write({.name = "k", .required = true}, std::nullopt), DataError);
}

}  // namespace
}  // namespace millrace::table
