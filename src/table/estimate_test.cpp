#include "table/estimate.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace millrace::table {
namespace {

std::optional<Estimate> estimate(const std::vector<std::string>& texts,
                                 const ReadOptions& options) {
  std::vector<base::MemorySource> sources;
  sources.reserve(texts.size());
  std::vector<Input> inputs;
  for (const std::string& text : texts) {
    sources.emplace_back(text);
    inputs.push_back({"f", &sources.back()});
  }
  return estimate_rows(inputs, options);
}

std::string repeated(const std::string& line, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += line;
  return text;
}

TEST(Estimate, IsOfAllFilesAsTheFirstBegins) {
  const auto csv = estimate({"", repeated("1,2.5,3\n", 100'000), repeated("1,2.5,3\n", 20'000)},
                            {.format = Format::csv});
  ASSERT_TRUE(csv);
  EXPECT_NEAR(csv->rows, 120'000, 1);
  EXPECT_EQ(csv->columns, 3);
  EXPECT_NEAR(csv->entries, 360'000, 3);
  EXPECT_FALSE(csv->sparse);
}

TEST(Estimate, CountsTheEntriesOfSparseRows) {
  const auto svm = estimate({repeated("1 0:1 9:2\n", 50'000)}, {.format = Format::libsvm});
  ASSERT_TRUE(svm);
  EXPECT_TRUE(svm->sparse);
  EXPECT_EQ(svm->columns, 10);
  EXPECT_NEAR(svm->entries, 100'000, 2);
}

TEST(Estimate, CountsLines) {
  const base::MemorySource source(repeated("user,1.2.3.4\n", 50'000));
  const std::vector<Input> inputs = {{"f", &source}};
  EXPECT_NEAR(estimate_lines(inputs), 50'000, 1);
  EXPECT_EQ(estimate_lines({}), 0);
}

TEST(Estimate, IsNoneOfWhatCannotBeRead) {
  EXPECT_FALSE(estimate({"a,b\n"}, {.format = Format::csv}));
  EXPECT_FALSE(estimate({""}, {.format = Format::csv}));
  EXPECT_FALSE(estimate({}, {.format = Format::csv}));
  EXPECT_FALSE(estimate({"nonsense"}, {.format = Format::recordio}));
  EXPECT_FALSE(estimate({"PAR1"}, {.format = Format::parquet}));
  EXPECT_FALSE(estimate({std::string(1 << 20, '1')}, {.format = Format::csv}));
}

}  // namespace
}  // namespace millrace::table
