// Rows as they stream by: quotes, line ends, what has no end.
#include "service/s3control/csv_rows.hpp"

#include <gtest/gtest.h>

namespace millrace::service::s3control {
namespace {

using Row = std::vector<std::string>;

// Hands out a few bytes at a time.
class Stepped final : public base::Reader {
 public:
  Stepped(std::string text, std::size_t step) : text_(std::move(text)), step_(step) {}
  std::size_t read(char* out, std::size_t size) override {
    const std::size_t count = std::min({size, step_, text_.size() - at_});
    text_.copy(out, count, at_);
    at_ += count;
    return count;
  }

 private:
  std::string text_;
  std::size_t step_;
  std::size_t at_ = 0;
};

std::vector<Row> rows_of(const std::string& text, std::size_t step) {
  Stepped bytes(text, step);
  CsvRows rows(bytes);
  std::vector<Row> all;
  for (Row row; rows.next(row);) all.push_back(row);
  return all;
}

TEST(CsvRows, AreTheSameHoweverTheirBytesCome) {
  const std::string text = "a,b\r\n\n\"c,\"\"d\"\"\",\n,\"two\nlines\"\ne,f\"g\r\nlast,\"\"";
  const std::vector<Row> wanted = {
      {"a", "b"}, {"c,\"d\"", ""}, {"", "two\nlines"}, {"e", "f\"g"}, {"last", ""}};
  for (const std::size_t step : {1U, 2U, 7U, 1000U}) EXPECT_EQ(rows_of(text, step), wanted) << step;
  EXPECT_TRUE(rows_of("", 1).empty());
  EXPECT_TRUE(rows_of("\r\n\n", 1).empty());
}

TEST(CsvRows, CountLines) {
  Stepped bytes("a\n\nb", 1);
  CsvRows rows(bytes);
  Row row;
  ASSERT_TRUE(rows.next(row));
  EXPECT_EQ(rows.line(), 1);
  ASSERT_TRUE(rows.next(row));
  EXPECT_EQ(rows.line(), 3);
  EXPECT_FALSE(rows.next(row));
}

TEST(CsvRows, RefuseWhatHasNoEnd) {
  EXPECT_THROW(rows_of("a,\"b", 1), CsvError);
  const std::string at_limit(CsvRows::row_limit - 1, 'x');
  EXPECT_EQ(rows_of(at_limit + "\n", 4096).size(), 1U);
  EXPECT_THROW(rows_of(at_limit + "xx\n", 4096), CsvError);
}

}  // namespace
}  // namespace millrace::service::s3control
